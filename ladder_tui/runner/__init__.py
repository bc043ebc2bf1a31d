"""The process that executes one run: lock, fencing, journal, engine."""
