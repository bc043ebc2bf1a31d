"""Quality gates and evidence tools, one per file."""
