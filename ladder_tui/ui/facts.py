"""What the header and the tabs show, gathered about once a second."""

from __future__ import annotations

from dataclasses import dataclass, field

from ladder_tui.domain.usage import Cost, Usage


@dataclass(frozen=True)
class Facts:
    """Figures of the frame. Money in nano-dollars."""

    repository: str = ""
    branch: str = ""
    """With a trailing ``*`` when there are uncommitted changes; empty without git."""
    running: int = 0
    """Agents of live runs that have not ended."""
    questions: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: Cost = field(default_factory=Cost)
    open_nano: int = 0
    """Reserved by live runs and not spent yet."""
    budget_nano: int | None = None
    """Dollars of today's or the live run's budget; None without one."""
    model: str = ""
    sandbox: str = ""
    badges: dict[str, str] = field(default_factory=dict)
    """By pane id, drawn after its title."""

    @property
    def left_nano(self) -> int | None:
        """What is left of the budget, never below zero; None without a budget."""
        if self.budget_nano is None:
            return None
        return max(0, self.budget_nano - self.cost.nano_usd - self.open_nano)
