"""What programs are known to run: scripts, other programs, what their options or input say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_NAMED_OPTION = re.compile(r"[-+][A-Za-z]*[oO]")
"""Of a shell: ends in the letter whose value, the name of an option, is the next argument."""
_VERSION = re.compile(r"[0-9.]+$")


class Interpreter(NamedTuple):
    """A program that runs a script."""

    script: str
    """Its options of one letter whose value is run."""
    valued: frozenset[str] = frozenset()
    """Its options that take the next argument for something that is not run."""
    is_shell: bool = False

    def skipped(self, part: str) -> int:
        """How many arguments an option takes, itself included: two for ``-euo pipefail``."""
        is_named = self.is_shell and _NAMED_OPTION.fullmatch(part) is not None
        return 2 if is_named or part in self.valued else 1


_SHELL = Interpreter("c", frozenset({"--rcfile", "--init-file"}), True)
_PYTHON = Interpreter("cm", frozenset({"-W", "-X"}))
_NODE = Interpreter("epr")
_AWK = Interpreter("fe", frozenset({"-v", "-F"}))
INTERPRETERS: Mapping[str, Interpreter] = {
    **dict.fromkeys(("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "csh", "tcsh"), _SHELL),
    **dict.fromkeys(("python", "pypy"), _PYTHON),
    **dict.fromkeys(("node", "nodejs", "bun", "deno"), _NODE),
    **dict.fromkeys(("awk", "gawk", "mawk"), _AWK),
    "perl": Interpreter("eEMm", frozenset({"-I"})),
    "ruby": Interpreter("er", frozenset({"-I", "-C"})),
    "php": Interpreter("rBRE"),
    "lua": Interpreter("el"),
    "Rscript": Interpreter("e"),
    "osascript": Interpreter("e"),
    "sed": Interpreter("fe"),
    **dict.fromkeys(("pwsh", "powershell"), Interpreter("cCeEfF")),
    **dict.fromkeys(("julia", "groovy", "scala", "elixir"), Interpreter("eE")),
    "expect": Interpreter("c"),
    "guile": Interpreter("c"),
}
LONG_SCRIPT_OPTIONS = frozenset(
    {"--eval", "--print", "--require", "--import", "--command", "--expression", "--source", "eval"}
)
WRAPPERS: Mapping[str, int] = {
    "env": 0,
    "busybox": 0,
    "xargs": 0,
    "nice": 0,
    "nohup": 0,
    "setsid": 0,
    "stdbuf": 0,
    "ionice": 0,
    "sudo": 0,
    "doas": 0,
    "time": 0,
    "command": 0,
    "exec": 0,
    "unshare": 0,
    "strace": 0,
    "timeout": 1,
    "chroot": 1,
    "flock": 1,
}
"""Programs that start the program among their arguments, and how many arguments come before it."""
JOINERS = frozenset({"eval", "ssh", "watch", "parallel", "su", "make", "gmake", "script", "at"})
"""Programs that hand their arguments on to a shell as text."""
COMMAND_READERS = frozenset({"at", "batch", "parallel", "su"})
"""Programs that run the lines of their standard input."""
_CODE_VARIABLES = frozenset(
    {"PATH", "IFS", "ENV", "BASH_ENV", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "LD_PRELOAD",
     "LD_LIBRARY_PATH", "LD_AUDIT", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PERL5LIB",
     "PERL5OPT", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH", "JAVA_TOOL_OPTIONS",
     "MAKEFLAGS", "PAGER", "EDITOR", "VISUAL", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PAGER",
     "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_DIR",
     "GIT_EXEC_PATH", "GIT_PROXY_COMMAND", "MANPAGER", "LESSOPEN",
     "BROWSER", "SHELL", "ZDOTDIR", "TAR_OPTIONS", "RSYNC_RSH", "HOME"}
)  # fmt: skip
"""Variables by which a value chooses what a program loads or starts."""
_CODE_PREFIXES = ("GIT_CONFIG", "LD_", "DYLD_", "PYTHON", "BASH_", "npm_config_", "CARGO_")
"""How more of them begin."""
RUNNING_OPTIONS: Mapping[str, frozenset[str]] = {
    "git": frozenset(
        {"-c", "-x", "--exec", "--upload-pack", "--receive-pack", "--config-env", "-O",
         "--open-files-in-pager", "foreach", "filter-branch", "bisect"}
    ),
    **dict.fromkeys(("npx", "npm"), frozenset({"-c", "--call"})),
    "nix-shell": frozenset({"--run", "--command"}),
    "tar": frozenset({"--to-command", "--checkpoint-action", "-I", "--use-compress-program"}),
    "rsync": frozenset({"-e", "--rsh", "--rsync-path"}),
    **dict.fromkeys(("vi", "vim", "nvim", "ex"), frozenset({"-c", "--cmd", "+"})),
    "emacs": frozenset({"--eval", "--load", "-l"}),
    **dict.fromkeys(("gdb", "lldb"), frozenset({"-ex", "-o"})),
    "psql": frozenset({"-c", "--command"}),
}  # fmt: skip
"""Options and subcommands of programs by which they run what comes next."""


def program_name(text: str) -> str:
    """Name of a program without its directory and version: ``/usr/bin/python3.11`` is python."""
    name = text.rsplit("/", 1)[-1].removesuffix(".exe")
    return _VERSION.sub("", name) or name


def chooses_code(variable: str) -> bool:
    """Whether a variable of the environment chooses what a program loads or starts."""
    return variable in _CODE_VARIABLES or variable.startswith(_CODE_PREFIXES)
