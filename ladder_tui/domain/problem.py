"""A problem in a file that a person wrote."""

from __future__ import annotations

from typing import Literal

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One diagnostic, printed as ``path:line: RULE message``."""

    path: str
    line: int
    """1-based; 0 where no line applies."""
    rule: str
    message: str
    fix: str = ""
    level: Literal["error", "warning"] = "error"
    column: int = 0

    def __str__(self) -> str:
        tail = f" ({self.fix})" if self.fix else ""
        return f"{self.path}:{self.line}: {self.rule} {self.message}{tail}"
