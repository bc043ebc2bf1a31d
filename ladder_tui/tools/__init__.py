"""Tools an agent can call, one per file."""
