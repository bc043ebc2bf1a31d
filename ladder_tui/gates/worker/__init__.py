"""Scripts that run in a process of their own, isolated: ``python -I SCRIPT``.

Each reads one JSON request from stdin and writes one JSON answer to stdout. They import the
standard library and their tool, nothing of Ladder, and never code of the repository.
"""
