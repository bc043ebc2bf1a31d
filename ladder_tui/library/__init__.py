"""Finds and reads skills and workflow files on disk, with diagnostics."""
