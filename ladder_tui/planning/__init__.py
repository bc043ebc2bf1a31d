"""PRD files: parse, lint, token budget."""
