"""``ladder workflows new``, ``schema``, ``lint`` and ``overlap``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import yaml

from tests.cli.console import document, invoke


def test_a_starter_is_written_and_has_no_problems(here: Path) -> None:
    result = invoke("workflows", "new", "fresh")
    path = here / ".ladder" / "workflows" / "fresh.yaml"
    assert result.stdout == ".ladder/workflows/fresh.yaml\n"
    assert document("workflows", "lint", "fresh") == {"checked": 1, "errors": 0, "problems": []}
    assert document("workflows", "lint", str(path))["errors"] == 0
    assert "agree" in invoke("workflows", "show", "fresh").stdout
    assert document("workflows", "new", "two", "--from", "fresh")["path"].endswith("two.yaml")
    assert invoke("workflows", "new", "two").exit_code == 2


def test_the_schema_is_printed_and_written_and_fits_the_starter(here: Path) -> None:
    invoke("workflows", "new", "fresh")
    schema = json.loads(invoke("workflows", "schema").stdout)
    assert schema["$defs"]["Step"]["properties"]["when"]["description"]
    assert invoke("workflows", "schema", "--write", "w.schema.json").stdout == "w.schema.json\n"
    assert json.loads((here / "w.schema.json").read_text()) == schema
    text = (here / ".ladder" / "workflows" / "fresh.yaml").read_text()
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(text))


def test_the_list_says_what_can_run_and_what_never_ran(here: Path) -> None:
    folder = here / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.yaml").write_text("name: x\nsteps:\n  - id: a\n    run: [git, status]\n")
    result = invoke("workflows", "list")
    assert "x cannot run: this repository is not trusted" in result.stderr
    rows = {row["name"]: row for row in document("workflows", "list")["workflows"]}
    assert rows["x"]["is_never_run"]
    assert not rows["x"]["is_runnable"]
    assert rows["review"]["is_runnable"]
    shown = invoke("workflows", "show", "x").stdout
    assert "git status" in shown
    assert "cannot run" in shown


def test_overlaps_are_printed(here: Path) -> None:
    assert "no workflows overlap" in invoke("workflows", "overlap").stderr
    invoke("workflows", "new", "ours", "--from", "review")
    result = invoke("workflows", "overlap")
    assert "near duplicate: ours and review" in result.stdout
    assert "never run: ours" in result.stdout
    assert [o["kind"] for o in document("workflows", "overlap")["overlaps"]] == [
        "near duplicate",
        "never run",
    ]


def test_a_file_that_is_no_file_is_said_clearly(here: Path) -> None:
    folder = here / ".ladder" / "workflows"
    (folder / "d.yaml").mkdir(parents=True)
    (folder / "loop.yaml").symlink_to("loop.yaml")
    result = invoke("workflows", "lint")
    assert result.exit_code == 1
    assert ".ladder/workflows/d.yaml:0: W001 is a directory (put a text file here)" in result.stdout
    assert ".ladder/workflows/loop.yaml:0: W001 is a symbolic link that leads" in result.stdout
    assert invoke("workflows", "lint", ".ladder/workflows/d.yaml").exit_code == 1


def test_each_file_is_linted_once_and_two_of_one_name_are_said(here: Path) -> None:
    folder = here / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    for stem in ("a", "b"):
        (folder / f"{stem}.yaml").write_text("name: same\nsteps:\n  - id: x\n    gate: pytest\n")
    twin = '.ladder/workflows/b.yaml:1: W025 another workflow is called "same"'
    for everything in (invoke("workflows", "lint"), invoke("workflows", "lint", "same")):
        assert everything.exit_code == 1
        assert everything.stdout.count(twin) == 1
        assert everything.stdout.count("a.yaml:1: W020") == 1
        assert everything.stdout.count("b.yaml:1: W020") == 1
