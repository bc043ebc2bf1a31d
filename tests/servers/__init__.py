"""Loopback model servers for tests and benches."""
