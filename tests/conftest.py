"""Shared fixtures: a real repository, a real workbench, real runs in their own processes."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.workbench import RunOptions, Workbench
from ladder_tui.workbench.project import Project

SCENARIOS = Path(__file__).parent / "data" / "scenarios"
QUIET = SCENARIOS / "wheel.yaml"
"""Every agent answers at once, with nothing of its own."""


@pytest.fixture(autouse=True)
def own_user_files(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the person's configuration, keys and state out of every test."""
    user = tmp_path_factory.mktemp("user")
    for name in (
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "LADDER_MODEL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LADDER_CONFIG", str(user / "config.toml"))
    monkeypatch.setenv("LADDER_STATE", str(user / "state"))
    monkeypatch.setenv("LADDER_HOME", str(user / "home"))


def trust(root: Path) -> None:
    """Trust a repository, as ``ladder skills trust`` does."""
    Project(root).trust.trust(root)


def git(root: Path, *words: str) -> str:
    """Run git in ``root`` as a test author."""
    done = subprocess.run(
        ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *words],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


SHOP = {
    "shop/__init__.py": '"""A small shop."""\n',
    "shop/db.py": (
        '"""Database access."""\n\nimport sqlite3\n\n\n'
        "def find(name):\n"
        '    cur = sqlite3.connect("shop.db").cursor()\n'
        "    cur.execute(f\"SELECT * FROM product WHERE name = '{name}'\")\n"
        "    return cur.fetchall()\n"
    ),
    "shop/shell.py": (
        "import subprocess\n\n\ndef run(name):\n"
        '    return subprocess.call("ls " + name, shell=True)\n'
    ),
    "shop/cart.py": (
        '"""The cart."""\n\n\ndef total(items):\n    """Sum the prices."""\n'
        "    result = []\n    for item in items:\n        result.append(item.price)\n"
        "    return sum(result)\n\n\n"
        "def discount(price, percent):\n"
        '    """Return the price after a discount."""\n'
        "    return price - price * percent\n"
    ),
    "tests/test_cart.py": (
        "from shop.cart import total\n\n\ndef test_total():\n    total([])\n"
    ),
    "README.md": "# Shop\n\nA shop for testing purposes, with a seperate cart.\n",
}  # fmt: skip
"""A repository with planted defects for every lens. The wrong ``discount`` (percent is not
divided by 100) is one that no linter reports."""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A git repository holding ``SHOP``, committed on ``main``."""
    root = tmp_path / "repo"
    for name, text in SHOP.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    return root


@pytest.fixture
def wb(repo: Path) -> Iterator[Workbench]:
    """The workbench over ``repo``."""
    workbench = Workbench.open(repo)
    yield workbench
    for summary in workbench.runs.list():
        if summary.is_alive:
            workbench.runs.cancel(summary.run_id)
            wait_for_end(workbench, summary.run_id, 10)
    workbench.close()


def wait_for_end(wb: Workbench, run_id: RunId, timeout_s: float = 60) -> RunSummary:
    """Wait until a run ended and its runner is gone."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        summary = wb.runs.get(run_id)
        if (summary.state in FINAL_STATES or summary.state == "interrupted") and (
            not wb.runs.is_alive(run_id)
        ):
            return wb.runs.get(run_id)
        time.sleep(0.05)
    log = wb.project.log_path(run_id)
    raise AssertionError(
        f"run {run_id} did not end: {wb.runs.get(run_id)}\n"
        + (log.read_text() if log.exists() else "")
    )


def run_review(
    wb: Workbench,
    scenario: Path = QUIET,
    inputs: Mapping[str, Any] | None = None,
    *,
    workflow: str = "review",
    timeout_s: float = 60,
    **options: Any,
) -> RunSummary:
    """Run a workflow on the scripted model to its end."""
    run_id = wb.runs.start(
        workflow, inputs or {}, RunOptions(model=f"scripted/{scenario}", **options)
    )
    return wait_for_end(wb, run_id, timeout_s)


def until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)


def processes_mentioning(text: str) -> list[int]:
    """Ids of the processes whose command line holds ``text``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
            except OSError:
                continue
            if text in line:
                found.append(int(entry.name))
    return found
