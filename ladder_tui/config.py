"""Configuration: the only reader of the environment and of configuration files.

Two files, both optional: ``.ladder/config.toml`` in the repository and ``config.toml`` in the
user's configuration directory. The repository's file belongs to whoever wrote the repository, so
it may choose a model and lower limits, but only the user's file says where a provider is and
which variable holds its key: a cloned repository cannot send a key elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import platformdirs

from ladder_tui.config_file import read_config_file
from ladder_tui.domain.model import StructuredOutput
from ladder_tui.domain.permission import PermissionRules
from ladder_tui.domain.routing import RouteRule, Tier

LADDER_DIR = ".ladder"
DEFAULT_CONFIRM_USD = 0.5

_Number = TypeVar("_Number", int, float)

GlyphSet = Literal["auto", "unicode", "ascii"]


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A server that speaks one of the two protocols."""

    kind: Literal["anthropic", "openai_chat", "local"]
    base_url: str = ""
    api_key_env: str = ""
    weights: str = ""
    free: bool = False
    context_window: int = 0
    structured_output: StructuredOutput | None = None
    """How its models give structured output, where you know better than the client."""

    def __post_init__(self) -> None:
        _check_amount("context_window", self.context_window, least=0)


class ProjectConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a repository may configure."""

    model: str = ""
    tiers: dict[Tier, str] = {}
    """Models of the tiers, each as ``--model`` takes it; one that is left out is the run's."""
    routes: tuple[RouteRule, ...] = ()
    """Rules that choose the model of an agent; the first that fits."""
    confirm_usd: float | None = None
    """Runs whose high estimate is above this many dollars ask before they start. A repository
    can only lower it."""
    budget_usd: float | None = None
    budget_tokens: int | None = None
    glyphs: GlyphSet = "auto"
    theme: str = ""
    permissions: PermissionRules = PermissionRules()
    """What agents' tools may do. What a repository allows counts where the user trusts it."""

    def __post_init__(self) -> None:
        _check_amount("confirm_usd", self.confirm_usd, least=0)
        _check_amount("budget_usd", self.budget_usd, least=0)
        _check_amount("budget_tokens", self.budget_tokens, least=1)


_MOST = 10**12
"""Above this an amount is a slip of the finger, and overflows in billionths of a dollar."""


def _check_amount(name: str, value: float | None, *, least: int) -> None:
    # NaN is valid TOML, and compares as false with everything: a limit that never holds.
    if value is not None and not least <= value <= _MOST:
        raise ValueError(
            f"{name} is {value}; it must be a number of at least {least}, at most {_MOST:,}"
        )


class UserConfig(ProjectConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user's own file may configure."""

    providers: dict[str, Provider] = {}


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration in force."""

    model: str
    tiers: dict[Tier, str]
    routes: tuple[RouteRule, ...]
    """The repository's, then the user's."""
    confirm_usd: float
    budget_usd: float | None
    budget_tokens: int | None
    glyphs: GlyphSet
    theme: str
    providers: dict[str, Provider]
    permissions: PermissionRules
    """The user's own."""
    project_permissions: PermissionRules
    """The repository's, which only narrow unless the user trusts it."""
    has_anthropic_key: bool
    anthropic_base_url: str
    openai_base_url: str
    sources: tuple[str, ...]
    """Files that were read, for ``doctor``."""


def find_root(start: Path) -> Path:
    """Return the project root for ``start``.

    The nearest directory upwards that holds ``.ladder`` or ``.git`` (a directory, or a file in a
    worktree or submodule), else ``start`` itself. ``.ladder`` in the home directory does not
    count: it would make one project of everything below.
    """
    start = start.resolve()
    home = user_home()
    for place in (start, *start.parents):
        is_set_up = (place / LADDER_DIR).is_dir() and place != home
        if is_set_up or (place / ".git").exists():
            return place
    return start


def user_cache() -> Path:
    """Directory for what can be fetched again: weights, tokenizer."""
    chosen = os.environ.get("LADDER_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("ladder"))


def user_state() -> Path:
    """Directory for per-user state: the shared local model server."""
    chosen = os.environ.get("LADDER_STATE")
    return Path(chosen) if chosen else Path(platformdirs.user_state_dir("ladder"))


def user_home() -> Path | None:
    """The home directory, below which people keep skills of their own; None without one."""
    home = Path(os.environ.get("LADDER_HOME") or os.path.expanduser("~"))  # noqa: PTH111
    return home.resolve() if home.is_absolute() else None


def user_config_path() -> Path:
    """The user's configuration file, whether or not it exists."""
    chosen = os.environ.get("LADDER_CONFIG")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("ladder")) / "config.toml"


def environment() -> Mapping[str, str]:
    """The process environment, for the few that need a key or pass it to a child."""
    return os.environ


def load_config(root: Path) -> Config:
    """Read both files and the environment. Raises ConfigError naming file, key and reason."""
    env = os.environ
    project_path = root / LADDER_DIR / "config.toml"
    only_user = f"providers are only read from {user_config_path()}"
    project = read_config_file(project_path, ProjectConfig, {"providers": only_user})
    user = read_config_file(user_config_path(), UserConfig)
    sources = [str(p) for p in (project_path, user_config_path()) if p.is_file()]
    return Config(
        model=env.get("LADDER_MODEL", "") or project.model or user.model,
        tiers={**user.tiers, **project.tiers},
        routes=(*project.routes, *user.routes),
        confirm_usd=_lower(
            project.confirm_usd,
            DEFAULT_CONFIRM_USD if user.confirm_usd is None else user.confirm_usd,
        )
        or 0.0,
        budget_usd=_lower(project.budget_usd, user.budget_usd),
        budget_tokens=_lower(project.budget_tokens, user.budget_tokens),
        glyphs=user.glyphs if user.glyphs != "auto" else project.glyphs,
        theme=user.theme or project.theme,
        providers=user.providers,
        permissions=user.permissions,
        project_permissions=project.permissions,
        has_anthropic_key=bool(env.get("ANTHROPIC_API_KEY")),
        anthropic_base_url=env.get("ANTHROPIC_BASE_URL", ""),
        openai_base_url=env.get("OPENAI_BASE_URL", ""),
        sources=tuple(sources),
    )


def _lower(a: _Number | None, b: _Number | None) -> _Number | None:
    given = [x for x in (a, b) if x is not None]
    return min(given) if given else None


def is_utf8_terminal() -> bool:
    """Whether the terminal can show Unicode glyphs, from locale and TERM."""
    env = os.environ
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return "utf" in locale.lower() and env.get("TERM") != "linux"
