"""What is present, missing or degraded on this machine, and the fix for each."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from typing import Literal

import msgspec

from ladder_tui.config import (
    Config,
    environment,
    is_utf8_terminal,
    user_cache,
    user_config_path,
)
from ladder_tui.errors import LadderError
from ladder_tui.models.choice import choose_model
from ladder_tui.models.weights import find_weights
from ladder_tui.process import git
from ladder_tui.process.sandbox import probe_sandbox_now
from ladder_tui.store.database import open_database
from ladder_tui.workbench.project import Project

CheckState = Literal["ok", "missing", "degraded"]
EVIDENCE_PACKAGES = ("ruff", "grimp", "complexipy", "codespell")
FIXED_WAL_RESET = (3, 51, 3)
"""First SQLite without the WAL-reset bug of several checkpointing connections."""


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. ``missing`` means that something does not work without it."""

    name: str
    state: CheckState
    detail: str
    fix: str = ""


def examine(project: Project, config: Config) -> list[Check]:
    """Look at everything. A check that itself breaks is reported as missing."""
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("python", _python),
        ("database", lambda: _database(project)),
        ("sqlite", _sqlite),
        ("git", lambda: _git(project)),
        ("sandbox", _sandbox),
        ("model", lambda: _model(config)),
        ("embedded model", _embedded),
        ("evidence tools", _evidence),
        ("terminal", _terminal),
        ("configuration", lambda: _configuration(config)),
    ]
    results = []
    for name, check in checks:
        try:
            results.append(check())
        except (LadderError, OSError) as error:
            results.append(Check(name, "missing", str(error).replace("\n", " ")))
    return results


def _python() -> Check:
    version = platform.python_version()
    if sys.platform != "linux":
        detail = f"{version} on {sys.platform}, which is not tested"
        return Check("python", "degraded", detail, "use Linux, or WSL2 on Windows")
    return Check("python", "ok", version)


def _database(project: Project) -> Check:
    if not project.database.exists():
        if os.access(project.root, os.W_OK) and not project.directory.is_file():
            return Check("database", "ok", "none yet; the first run makes it")
        detail = f"{project.directory} cannot be made, so nothing can be run here"
        return Check("database", "missing", detail, "make it writable, or work in a copy")
    database = open_database(project.database)
    try:
        problems = database.check()
    finally:
        database.close()
    if problems:
        fix = f"move {project.database.name} away; .ladder/backups holds earlier copies"
        return Check("database", "missing", "; ".join(problems[:3]), fix)
    size = project.database.stat().st_size / 1e6
    return Check("database", "ok", f"{project.database.name}, {size:.1f} MB, integrity ok")


def _sqlite() -> Check:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < FIXED_WAL_RESET:
        detail = f"{version}, older than 3.51.3; only one connection checkpoints, so it is safe"
        return Check("sqlite", "ok", detail)
    return Check("sqlite", "ok", version)


def _git(project: Project) -> Check:
    program = shutil.which("git")
    if program is None:
        return Check("git", "degraded", "not installed: no changed lines", "install git")
    if git.top_level(project.root) is None:
        return Check(
            "git", "degraded", f"{project.root} is no git repository", "git init, for changed lines"
        )
    return Check("git", "ok", f"{program}, branch {git.branch(project.root) or 'detached'}")


def _sandbox() -> Check:
    report = probe_sandbox_now()
    if report.level == "bwrap":
        return Check("sandbox", "ok", "bubblewrap works: tools see the repository and no network")
    return Check(
        "sandbox",
        "degraded",
        f"level {report.level}: {report.reason}",
        "install bubblewrap (package bubblewrap), and allow user namespaces",
    )


def _model(config: Config) -> Check:
    choice = choose_model(config)
    env = environment()
    if choice.provider == "anthropic" and not choice.base_url and not env.get(choice.api_key_env):
        fix = f"set {choice.api_key_env}, or use --model local"
        return Check("model", "missing", f"{choice.label} has no key", fix)
    if choice.provider == "local":
        detail = f"{choice.label}, offline and free; it only writes summaries"
        return Check("model", "ok", detail, "set ANTHROPIC_API_KEY for agents that read code")
    return Check("model", "ok", choice.label)


def _embedded() -> Check:
    if importlib.util.find_spec("xllamacpp") is None:
        return Check(
            "embedded model", "degraded", "not installed", "pip install 'ladder-tui[local]'"
        )
    path = find_weights(user_cache())
    if path is None:
        return Check("embedded model", "degraded", "weights not fetched", "ladder models pull")
    return Check("embedded model", "ok", f"{path.name}, {path.stat().st_size / 1e6:.0f} MB")


def _evidence() -> Check:
    found, lost = [], []
    for package in EVIDENCE_PACKAGES:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            lost.append(package)
    if lost:
        fix = "pip install " + " ".join(lost)
        return Check("evidence tools", "missing", f"without {', '.join(lost)}", fix)
    return Check("evidence tools", "ok", ", ".join(found))


def _terminal() -> Check:
    size = shutil.get_terminal_size()
    detail = f"{size.columns}×{size.lines}, TERM={environment().get('TERM', '') or 'unset'}"
    if not is_utf8_terminal():
        return Check("terminal", "degraded", detail + ", ASCII", "use a UTF-8 locale")
    if sys.stdout.isatty() and (size.columns < 80 or size.lines < 24):
        return Check("terminal", "degraded", detail, "make it at least 80×24")
    return Check("terminal", "ok", detail)


def _configuration(config: Config) -> Check:
    read = ", ".join(config.sources) or "defaults"
    return Check("configuration", "ok", f"{read}; yours would be {user_config_path()}")
