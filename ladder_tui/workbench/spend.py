"""What was spent in this repository."""

from __future__ import annotations

import time

from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store.database import Database
from ladder_tui.store.spend import day_of, spend_on


class Spend:
    """Totals over all runs of a repository."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def today(self) -> tuple[Usage, Cost]:
        """Tokens and money of the local day so far; the sum over its turns and lost attempts."""
        return spend_on(self._db, day_of(time.time()))
