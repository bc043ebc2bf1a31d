from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ladder_tui.store.database import Database, open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".ladder" / "ladder.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    database = open_database(path)
    yield database
    database.close()
