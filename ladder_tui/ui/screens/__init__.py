"""Modal screens: palette, help, messages, confirmation."""
