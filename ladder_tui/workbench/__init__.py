"""The facade that the terminal UI and the command line hold."""
