"""``python -m ladder_tui`` and the ``ladder`` program."""

import sys

EXIT_CANCELLED = 4


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        # Deferred, so that Ctrl-C in the first instant is no traceback either.
        from ladder_tui.cli.main import root
    except KeyboardInterrupt:
        print("ladder: cancelled", file=sys.stderr)
        sys.exit(EXIT_CANCELLED)
    root.main()


if __name__ == "__main__":
    main()
