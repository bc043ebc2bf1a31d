from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from ladder_tui.errors import ToolError
from ladder_tui.tools.beneath import NotRegularError, open_beneath
from ladder_tui.tools.confine import open_file, resolve
from ladder_tui.tools.secret_file import is_secret
from tests.tools.call import files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("outside")
    (tmp_path / "root-not").mkdir()
    (tmp_path / "root-not" / "x").write_text("sibling")
    return files(tmp_path / "root", {"a.txt": "inside", "src/b.txt": "deep", ".env": "KEY=1"})


@pytest.mark.parametrize("path", ["a.txt", "./a.txt", "src/./b.txt", "src//b.txt", "src"])
def test_paths_inside_are_resolved(root: Path, path: str) -> None:
    assert resolve(root, path) == path.replace("./", "").replace("//", "/")
    assert resolve(root, f"{root}/{path}") == resolve(root, path)


def test_the_root_itself_is_a_dot(root: Path) -> None:
    assert {resolve(root, path) for path in (".", "./", str(root), f"{root}/", "src/.")} == {
        ".",
        "src",
    }


@pytest.mark.parametrize(
    "path",
    ["..", "../outside/secret.txt", "src/../../outside/secret.txt", "src/../a.txt", "/etc/passwd",
     "/", "//etc/passwd", "/proc/self/environ", "{tmp}/root-not/x", "{tmp}/root/../outside/x"],
)  # fmt: skip
def test_paths_outside_are_refused(root: Path, path: str) -> None:
    with pytest.raises(ToolError, match="refused"):
        open_file(root, path.format(tmp=root.parent))


@pytest.mark.parametrize("path", ["", "a\0b", "a\nb", "\x1b[2J", "a\x7f", "\udcff", "x" * 5000])
def test_what_is_no_path_is_refused(root: Path, path: str) -> None:
    with pytest.raises(ToolError, match="not a path") as caught:
        resolve(root, path)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("path", ["~", "~root/x", "a.txt/x", "nothing", "src/nothing", "x" * 400])
def test_what_is_not_there_is_said(root: Path, path: str) -> None:
    with pytest.raises(ToolError, match=r"does not exist|cannot be read"):
        open_file(root, path)


def test_symlinks_may_stay_and_may_not_leave(root: Path) -> None:
    (root / "stay").symlink_to("src/b.txt")
    (root / "folder").symlink_to("src")
    (root / "away").symlink_to("../outside/secret.txt")
    (root / "absolute").symlink_to(root.parent / "outside")
    (root / "chain").symlink_to("away")
    (root / "loop").symlink_to("loop")
    (root / "hidden").symlink_to(".env")
    for path in ("stay", "folder/b.txt"):
        inside, file = open_file(root, path)
        with file:
            assert (inside, file.read()) == ("src/b.txt", b"deep")
    for path in ("away", "absolute/secret.txt", "chain", "hidden"):
        with pytest.raises(ToolError, match="refused"):
            open_file(root, path)
    with pytest.raises(ToolError):
        open_file(root, "loop")


def test_a_root_reached_by_a_symlink(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    for path in ("a.txt", f"{link}/a.txt", f"{root}/a.txt"):
        with open_file(link, path)[1] as file:
            assert file.read() == b"inside"


@pytest.mark.parametrize(
    "path",
    [".git/config", ".git", "src/.git/HEAD", ".GIT/config", ".ladder/ladder.db", ".Ladder/x"],
)
def test_private_folders_are_refused(root: Path, path: str) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("x")
    (root / "way").symlink_to(".git")
    for asked in (path, "way/config"):
        with pytest.raises(ToolError, match="not for tools"):
            open_file(root, asked)


def test_only_regular_files_are_opened(root: Path) -> None:
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
        for path in ("fifo", "socket"):
            with pytest.raises(ToolError, match="not a regular file"):
                open_file(root, path)
    with pytest.raises(ToolError, match="is a directory"):
        open_file(root, "src")
    for name in ("null", "zero", "tty"):
        with pytest.raises(NotRegularError):
            open_beneath("/dev", name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_is_said(root: Path) -> None:
    (root / "a.txt").chmod(0)
    with pytest.raises(ToolError, match="cannot be read"):
        open_file(root, "a.txt")


def test_open_beneath_follows_no_link_that_appears_after_the_check(root: Path) -> None:
    (root / "link").symlink_to("a.txt")
    (root / "folder").symlink_to("src")
    for path in ("link", "folder/b.txt"):
        with pytest.raises(OSError, match=r"symbolic links|regular|Not a directory"):
            open_beneath(str(root), path)


def test_swapping_a_link_in_while_it_is_read_gives_nothing_away(root: Path) -> None:
    """A race on the file and on its folder: many tries, never the outside content."""
    stop = threading.Event()
    real, link = root / "src", root.parent / "outside"
    (link / "b.txt").write_text("outside")

    def swap() -> None:
        while not stop.is_set():
            real.rename(root / "aside")
            real.symlink_to(link)
            real.unlink()
            (root / "aside").rename(real)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        seen = set()
        for _ in range(1500):
            try:
                with open_file(root, "src/b.txt")[1] as file:
                    seen.add(file.read())
            except ToolError:
                seen.add(b"refused")
    finally:
        stop.set()
        swapper.join()
    assert seen <= {b"deep", b"refused"}


@pytest.mark.parametrize(
    "name",
    [".env", ".env.local", "deploy/.ENV", "prod.env", "id_rsa", "id_ed25519", "server.pem",
     "tls.key", ".netrc", ".npmrc", "credentials", ".aws/credentials", "k.p12", "db.kdbx",
     "service-account-prod.json", "terraform.tfstate", ".git-credentials", "id_rsa.bak"],
)  # fmt: skip
def test_files_that_usually_hold_secrets(root: Path, name: str) -> None:
    assert is_secret(name)
    files(root, {name: "KEY"})
    with pytest.raises(ToolError, match="hold secrets") as caught:
        open_file(root, name)
    assert "KEY" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [".env.example", ".env.template", "environment.py", "env.py", "keys.py", "id_rsa.pub",
     "credentials.py", "pem.md", "secrets.py", "monkey", "readme.key.md", "prod.env.sample"],
)  # fmt: skip
def test_files_that_only_sound_like_it(name: str) -> None:
    assert not is_secret(name)
