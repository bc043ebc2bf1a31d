"""``python -m ladder_tui`` and the ``ladder`` program."""

import sys

EXIT_CANCELLED = 4


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        # Deferred, so that Ctrl-C in the first instant is no traceback either.
        from ladder_tui.cli.program import has_terminal, run_program

        is_bare = len(sys.argv) == 1 and has_terminal()
        if not is_bare:
            from ladder_tui.cli.main import root
    except KeyboardInterrupt:
        print("ladder: cancelled", file=sys.stderr)
        sys.exit(EXIT_CANCELLED)
    if is_bare:
        run_program(_open_interface)
    root.main()


def _open_interface() -> int:
    """As the command line does without a command, and without loading the commands for it."""
    from ladder_tui.ui.collection import pause_collection

    pause_collection()  # until the first frame is drawn
    from ladder_tui.cli.interface import open_interface

    return open_interface()


if __name__ == "__main__":
    main()
