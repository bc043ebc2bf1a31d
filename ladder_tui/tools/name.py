"""Names of the tools there are, apart from the tools: whoever only checks names loads none."""

from __future__ import annotations

TOOL_NAMES = frozenset({"Read", "Glob", "Grep", "Edit", "Write", "Bash"})
"""A contract test holds this against ``TOOLS``."""

EDITING_TOOLS = frozenset({"Edit", "Write", "Bash"})
"""Tools that may change files. An agent whose skill names one works in a place of its own."""
