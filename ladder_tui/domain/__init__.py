"""Frozen values without behaviour. No I/O, no clock."""
