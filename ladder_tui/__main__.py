"""``python -m ladder_tui`` and the ``ladder`` program."""

from ladder_tui.cli.main import main

if __name__ == "__main__":
    main()
