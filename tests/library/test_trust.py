"""Who is trusted, also when several say so at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ladder_tui.errors import LadderError
from ladder_tui.library.trust import TrustFile


def test_what_is_taken_back_beside_others_stays_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "state/trust.json"
    roots = [tmp_path / f"r{n}" for n in range(40)]
    old, new = roots[:20], roots[20:]
    for root in old:
        TrustFile(path).trust(root)
    with ThreadPoolExecutor(8) as pool:
        taken = [pool.submit(TrustFile(path).distrust, root) for root in old]
        given = [pool.submit(TrustFile(path).trust, root) for root in new]
    for each in (*taken, *given):
        each.result()
    trust = TrustFile(path)
    assert [trust.is_trusted(root) for root in roots] == [False] * 20 + [True] * 20
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_and_the_repository_are_one_and_its_copy_is_another(tmp_path: Path) -> None:
    trust = TrustFile(tmp_path / "trust.json")
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    trust.trust(tmp_path / "link")
    assert trust.is_trusted(real)
    real.rename(tmp_path / "moved")
    assert not trust.is_trusted(tmp_path / "moved")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"roots": [1]}', b"\xff", b"null"])
def test_a_file_that_says_nothing_trusts_nobody(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "trust.json"
    path.write_bytes(text)
    assert not TrustFile(path).is_trusted(tmp_path)
    TrustFile(path).trust(tmp_path)
    assert TrustFile(path).is_trusted(tmp_path)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(LadderError, match="cannot be written"):
        TrustFile(tmp_path / "state/trust.json").trust(tmp_path)
