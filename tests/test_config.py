"""Configuration: who may say what, and what cannot be said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.config import find_root, load_config, user_config_path
from ladder_tui.errors import ConfigError, UsageError
from ladder_tui.models.choice import choose_model


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".ladder").mkdir()
    return tmp_path


def configure(project: Path, mine: str = "", theirs: str = "") -> None:
    write(user_config_path(), mine)
    write(project / ".ladder/config.toml", theirs)


@pytest.mark.parametrize(
    ("mine", "theirs", "confirm", "usd"),
    [
        ("", "", 0.5, None),
        ("confirm_usd = 5.0", "", 5.0, None),
        ("", "confirm_usd = 100.0", 0.5, None),
        ("confirm_usd = 5.0", "confirm_usd = 1.0", 1.0, None),
        ("confirm_usd = 0", "confirm_usd = 1.0", 0.0, None),
        ("budget_usd = 3", "budget_usd = 9", 0.5, 3),
        ("budget_usd = 3", "budget_usd = 1", 0.5, 1),
        ("", "budget_usd = 1", 0.5, 1),
    ],
)
def test_limits_combine_to_the_lower(
    project: Path, mine: str, theirs: str, confirm: float, usd: float | None
) -> None:
    configure(project, mine, theirs)
    config = load_config(project)
    assert (config.confirm_usd, config.budget_usd) == (confirm, usd)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("confirm_usd = nan", "confirm_usd is nan"),
        ("confirm_usd = inf", "confirm_usd is inf"),
        ("budget_usd = -1.0", "budget_usd is -1"),
        ("budget_usd = nan", "budget_usd is nan"),
        ("budget_tokens = 0", "budget_tokens is 0"),
        ("budget_tokens = 'x'", "budget_tokens"),
        ("unknown = 1", "unknown"),
        ("model = ", "Invalid value"),
        ("[providers.x]\nkind = 'anthropic'", "providers are only read from"),
    ],
)
def test_what_a_repository_cannot_say(project: Path, text: str, match: str) -> None:
    configure(project, theirs=text)
    with pytest.raises(ConfigError, match="is not a valid configuration") as caught:
        load_config(project)
    assert caught.value.exit_code == 2
    assert match in caught.value.why


@pytest.mark.parametrize("kind", ["directory", "pipe", "device", "huge", "binary"])
def test_odd_files_are_an_error_at_once(project: Path, kind: str) -> None:
    path = project / ".ladder/config.toml"
    match kind:
        case "directory":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "huge":
            path.write_text("#" * 300_000)
        case _:
            path.write_bytes(b"\xff\xfe\0")
    with pytest.raises(ConfigError) as caught:
        load_config(project)
    assert "Errno" not in caught.value.why


def test_the_environment_comes_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(project, 'model = "local"', 'model = "anthropic/a"')
    assert load_config(project).model == "anthropic/a"
    monkeypatch.setenv("LADDER_MODEL", "anthropic/b")
    assert load_config(project).model == "anthropic/b"


def test_models_by_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(
        project,
        '[providers.gate]\nkind = "openai_chat"\nbase_url = "http://127.0.0.1:1"\n'
        'structured_output = "prompt"\nfree = true\n[providers.tiny]\nkind = "local"\n',
    )
    config = load_config(project)
    assert choose_model(config).label == "local/smollm2-135m"
    assert choose_model(config, "claude-x").api_key_env == "ANTHROPIC_API_KEY"
    assert choose_model(config, "local/dir/my.gguf").model == "my"
    assert choose_model(config, "scripted//tmp/a.yaml").script == "/tmp/a.yaml"
    gate = choose_model(config, "gate/m")
    assert (gate.base_url, gate.api_key_env, gate.is_free) == ("http://127.0.0.1:1", "", True)
    assert gate.structured_output == "prompt"
    assert choose_model(config, "tiny").label == "local/smollm2-135m"
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    assert choose_model(load_config(project)).provider == "anthropic"


@pytest.mark.parametrize(
    "name", ["scripted/", "scripted", "openai_chat/x", "nobody/x", "gate", "x"]
)
def test_names_that_mean_nothing(project: Path, name: str) -> None:
    configure(project, '[providers.gate]\nkind = "anthropic"\n')
    with pytest.raises(UsageError):
        choose_model(load_config(project), name)


@pytest.mark.parametrize(
    ("made", "start", "root"),
    [
        ([".ladder/", "a/b/"], "a/b", "."),
        ([".git/", "a/b/"], "a/b", "."),
        (["tree/.git", "tree/a/"], "tree/a", "tree"),
        ([".git/", "sub/.ladder/", "sub/a/"], "sub/a", "sub"),
        (["a/b/"], "a/b", "a/b"),
    ],
)
def test_the_root_is_found(tmp_path: Path, made: list[str], start: str, root: str) -> None:
    for name in made:
        path = tmp_path / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            write(path, "gitdir: elsewhere\n")
    assert find_root(tmp_path / start) == (tmp_path / root).resolve()


def test_the_home_directory_is_no_project(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("LADDER_HOME", str(tmp_path))
    (tmp_path / ".ladder").mkdir()
    (tmp_path / "work").mkdir()
    assert find_root(tmp_path / "work") == (tmp_path / "work").resolve()


def test_permissions_of_user_and_repository_are_kept_apart(project: Path) -> None:
    rules = "[permissions]\nallow = ['Bash']"
    configure(project, "[permissions]\nallow = ['Bash(make)']", rules)
    config = load_config(project)
    assert config.permissions.allow == ("Bash(make)",)
    assert config.project_permissions.allow == ("Bash",)
    configure(project, "[permissions]\nforbid = ['Bash']", rules)
    with pytest.raises(ConfigError, match="forbid"):
        load_config(project)
