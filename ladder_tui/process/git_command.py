"""Calls git so that nothing in a repository can make it run a command.

A repository's own configuration is hostile: an agent, or an archive somebody unpacked, may have
planted it. What it can name as a command is switched off by ``-c`` where the key is fixed, and
looked up and emptied where the key holds a free name (``filter.NAME.clean`` and its like). The
user's configuration stays in force otherwise, so that ignore rules and line ends are as in their
own git. The directories are given explicitly: a planted ``core.worktree`` has no effect, and
``safe.directory``, which protects from exactly those commands, is not asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from ladder_tui.errors import ProcessError
from ladder_tui.process.home import home_folder

TIMEOUT_S = 60.0
NO_COMMANDS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "core.editor": "false",
    "core.pager": "cat",
    "core.alternateRefsCommand": "false",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
_STABLE_OUTPUT = {
    "color.ui": "false",
    "core.quotePath": "true",
    "diff.noprefix": "false",
    "diff.mnemonicPrefix": "false",
    "diff.interHunkContext": "0",
    "diff.suppressBlankEmpty": "false",
    "status.relativePaths": "false",
}
_SETTINGS = (NO_COMMANDS | _STABLE_OUTPUT).items()
_FLAGS = [word for key, value in _SETTINGS for word in ("-c", f"{key}={value}")]
_DANGEROUS = {
    "filter": frozenset({"clean", "smudge", "process", "required"}),
    "diff": frozenset({"command", "textconv", "cachetextconv"}),
    "merge": frozenset({"driver"}),
}
_INERT = {"required": "false", "cachetextconv": "false", "driver": "false"}
"""What a dangerous key is set to where that is not empty: a merge driver that always fails leaves a
conflict, while an empty one would silently take one side."""
PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/bin", "/bin")


class GitError(ProcessError):
    """Git could not answer."""


class GitMissingError(GitError):
    """There is no git program."""


class Repository(msgspec.Struct, frozen=True):
    """A working tree and its git directory, both resolved."""

    top: Path
    git_dir: Path


def find_repository(path: Path) -> Repository | None:
    """Return the repository whose working tree holds ``path``; needs no git program.

    Knows working trees and submodules, where ``.git`` is a file that names the directory.
    """
    start = path.resolve()
    for folder in (start, *start.parents):
        git_dir = _git_dir(folder / ".git")
        if git_dir is not None:
            return Repository(folder, git_dir)
    return None


def common_directory(git_dir: Path) -> Path:
    """Return the git directory that the worktrees of a repository share; often it itself."""
    try:
        text = (git_dir / "commondir").read_bytes()[:4096].strip()
    except OSError:
        return git_dir
    return (git_dir / os.fsdecode(text)).resolve()


def config_masks(git_dir: Path) -> tuple[tuple[Path, Path], ...]:
    """What to show a sandbox for the configuration of a repository: one without its secrets.

    Addresses with passwords and headers with tokens stand there. A repository that needs an
    extension cannot be read without its own.
    """
    config = git_dir / "config"
    try:
        needs_own = b"extensions" in config.read_bytes().lower()
    except OSError:
        return ()
    return () if needs_own else ((config, Path(__file__).with_name("sandbox_gitconfig")),)


def run_git(
    root: Path,
    *arguments: str,
    ok: tuple[int, ...] = (0,),
    reads_content: bool = False,
    writes_index: bool = False,
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    """Run git in ``root`` and return its output; paths in it are relative to ``root``.

    ``reads_content`` is for commands that look into files of the working tree, which may run
    filters; ``writes_index`` is for ``diff``, which refreshes the index although it was told not
    to: it gets a copy. Raises GitMissingError, and GitError outside a repository, past the time
    limit and for an exit code that is not in ``ok``.
    """
    repository = find_repository(root)
    if repository is None:
        raise GitError(f"{root} is in no git repository")
    if not writes_index:
        return run_at(
            repository, *arguments, cwd=root, ok=ok, reads_content=reads_content,
            timeout_s=timeout_s,
        )  # fmt: skip
    with TemporaryDirectory(prefix="ladder-index-") as folder:
        copy = Path(folder) / "index"
        with suppress(FileNotFoundError):
            # With its times: git takes from them which files may have changed since.
            shutil.copy2(repository.git_dir / "index", copy)
        return run_at(
            repository, *arguments, cwd=root, ok=ok, reads_content=reads_content, index=copy,
            timeout_s=timeout_s,
        )  # fmt: skip


def run_at(
    repository: Repository,
    *arguments: str,
    cwd: Path | None = None,
    ok: tuple[int, ...] = (0,),
    reads_content: bool = False,
    index: Path | None = None,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    """Run git on a repository that is given and not looked for: its ``.git`` file is not read.

    ``cwd`` is the top of the working tree by default, ``index`` an index to use instead of the
    repository's, ``env`` added to the environment. Otherwise as ``run_git``.
    """
    cwd = cwd or repository.top
    environment = _environment(repository) | (env or {})
    if index is not None:
        environment["GIT_INDEX_FILE"] = str(index)
    if reads_content:
        environment |= _without_filters(cwd, environment, timeout_s)
    return _run(cwd, arguments, environment, ok, timeout_s, stdin)


def found_top(path: Path) -> Path:
    """The top of the working tree as git itself finds it from ``path``. Raises GitError."""
    environment = {"PATH": ":".join(PROGRAM_FOLDERS), "HOME": "/nonexistent", "LC_ALL": "C"}
    question = ("-c", "safe.directory=*", "rev-parse", "--show-toplevel")
    output = _run(path, question, environment, (0,), TIMEOUT_S)
    return Path(os.fsdecode(output.removesuffix(b"\n")))


def _run(
    root: Path,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    ok: tuple[int, ...],
    timeout_s: float,
    stdin: bytes = b"",
) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise GitMissingError(
            "git is not installed", next_step="install git, or go on without a base"
        )
    try:
        done = subprocess.run(
            [program, "--no-pager", "--no-optional-locks", *_FLAGS, *arguments],
            cwd=root,
            env=environment,
            input=stdin,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"git {arguments[0]} took longer than {timeout_s:g} s") from None
    except OSError as error:
        raise GitError(f"git {arguments[0]} could not be run", why=str(error)) from error
    if done.returncode not in ok:
        said = done.stderr.decode(errors="replace").strip()
        raise GitError(f"git {arguments[0]} failed", why=said[:500])
    return done.stdout


def _environment(repository: Repository) -> dict[str, str]:
    return {
        "PATH": ":".join(PROGRAM_FOLDERS),
        "HOME": str(home_folder() or "/nonexistent"),
        "LC_ALL": "C",
        "GIT_DIR": str(repository.git_dir),
        "GIT_WORK_TREE": str(repository.top),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        # A partial clone would fetch missing objects, over a transport of its own choice.
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
    }


def _without_filters(root: Path, environment: dict[str, str], timeout_s: float) -> dict[str, str]:
    """Override every configured filter and diff driver with nothing.

    Through variables and not ``-c``: a driver's name may hold an equals sign.
    """
    arguments = ("config", "--includes", "--list", "--name-only", "-z")
    listed = _run(root, arguments, environment, (0,), timeout_s)
    overrides: dict[str, str] = {}
    count = 0
    for raw in dict.fromkeys(listed.split(b"\0")):
        key = os.fsdecode(raw)
        section, _, rest = key.partition(".")
        name, _, variable = rest.rpartition(".")
        if name and variable in _DANGEROUS.get(section, frozenset()):
            overrides[f"GIT_CONFIG_KEY_{count}"] = key
            overrides[f"GIT_CONFIG_VALUE_{count}"] = _INERT.get(variable, "")
            count += 1
    return overrides | {"GIT_CONFIG_COUNT": str(count)}


def _git_dir(entry: Path) -> Path | None:
    try:
        if entry.is_file():
            text = entry.read_bytes()[:4096]
            if not text.startswith(b"gitdir: "):
                return None
            entry = entry.parent / os.fsdecode(text[8:].strip())
        is_repository = (entry / "HEAD").exists() or (entry / "HEAD").is_symlink()
        return entry.resolve() if is_repository else None
    except OSError:
        return None
