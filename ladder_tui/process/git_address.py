"""Which addresses of repositories git is given, and in which form."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ladder_tui.errors import UsageError

_URL = re.compile(r"([a-z][a-z0-9+.-]*)://(?:([^/@]*)@)?([^/]*)(/.*)?", re.IGNORECASE)
_SCP = re.compile(r"[\w.-]+@[A-Za-z0-9][\w.-]*:(?!/?/)[\w./~+-]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9\[][\w.:\[\]-]*", re.ASCII)
_REF = re.compile(r"[A-Za-z0-9][\w./+-]{0,199}", re.ASCII)
_USER = re.compile(r"//[^/]*@")
"""What may be a password, in an address that is refused: errors end up in logs."""
_UNSAFE = re.compile("[\x00-\x20\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ALLOWED = "https://HOST/PATH, ssh://HOST/PATH, USER@HOST:PATH, file:///PATH, or a local path"


class GitAddress(msgspec.Struct, frozen=True):
    """Where a repository is."""

    url: str
    protocol: str
    """The only one that git may use for it: ``https``, ``ssh`` or ``file``."""
    ref: str = ""
    """Branch, tag or commit; empty for the repository's own choice."""


def split_ref(source: str) -> tuple[str, str]:
    """The source and what stands after ``#``. Raises UsageError for what is no name of a ref."""
    place, mark, ref = source.partition("#")
    if mark:
        _require_ref(ref)
    return place, ref


def git_address(source: str, ref: str = "") -> GitAddress:
    """The address that ``source`` means, when it is one that git may be given.

    Raises UsageError for transports that can run commands (``ext::``), that are not encrypted,
    for addresses with a password, for what could be taken for an option, and for a bad ref.
    """
    if not source or source.startswith("-") or _UNSAFE.search(source):
        raise _refused(source, "it is empty, looks like an option, or holds blanks")
    if _SCP.fullmatch(source):
        return _address(source, "ssh", ref)
    match = _URL.fullmatch(source)
    if match is None:
        raise _refused(source, "it is no address of a repository")
    protocol, user, host, path = match[1].lower(), match[2] or "", match[3], match[4] or ""
    if protocol not in ("https", "ssh", "file"):
        raise _refused(source, f"{protocol} is not encrypted, or can run commands")
    if ":" in user or (user and protocol == "https"):
        raise _refused(source, "it carries a user or password, which the lock file would publish")
    if protocol == "file" and host:
        raise _refused(source, "a file address has no host")
    if protocol != "file" and (not _HOST.fullmatch(host) or not path.strip("/")):
        raise _refused(source, "host or path is missing")
    return _address(source, protocol, ref)


def local_address(path: Path, ref: str = "") -> GitAddress:
    """The address of a repository on this machine."""
    return _address(path.absolute().as_uri(), "file", ref)


def _address(url: str, protocol: str, ref: str) -> GitAddress:
    if ref:
        # It may be of a lock file, which a stranger can have written.
        _require_ref(ref)
    return GitAddress(url, protocol, ref)


def _require_ref(ref: str) -> None:
    if not _REF.fullmatch(ref) or ".." in ref or ref.endswith((".lock", "/")):
        raise UsageError(
            f"{ref[:200]!r} is no branch, tag or commit",
            next_step="write SOURCE#main or SOURCE#v1.2",
        )


def _refused(source: str, why: str) -> UsageError:
    shown = _USER.sub("//…@", source)[:200]
    return UsageError(f"{shown!r} is not fetched", why=why, next_step=f"allowed are {_ALLOWED}")
