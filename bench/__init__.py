"""Benches: what is promised about speed, measured against a reference in the same run."""
