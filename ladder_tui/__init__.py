"""Ladder: a terminal workbench for agentic engineering."""

__version__ = "0.1.0"
