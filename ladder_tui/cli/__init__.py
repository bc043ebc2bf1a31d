"""The headless front door: one module per command group."""
