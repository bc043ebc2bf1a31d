"""The command line: everything that a pane can do, without a terminal interface."""
