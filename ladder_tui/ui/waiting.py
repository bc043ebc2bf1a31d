"""The questions that wait for a person, as the frame knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ladder_tui.domain.ids import QuestionId, RunId
from ladder_tui.domain.question import Answer, OpenQuestion
from ladder_tui.ui.text import clean_line

if TYPE_CHECKING:
    from ladder_tui.ui.ports_run import RunsPort

HIDDEN_S = 10.0
"""How long a question that was answered here is left out until its run has taken the answer."""

Key = tuple[RunId, QuestionId]


def key_of(asked: OpenQuestion) -> Key:
    """What tells questions of all runs apart."""
    return asked.run_id, asked.question.question_id


class WaitingQuestions:
    """Read about once a second; ``all`` is oldest first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.all: Sequence[OpenQuestion] = ()
        self._known: set[Key] = set()
        self._hidden: dict[Key, float] = {}
        self._new: list[OpenQuestion] = []

    def take(self, found: Sequence[OpenQuestion]) -> None:
        """Take over what waits now."""
        now = self._clock()
        self._hidden = {key: until for key, until in self._hidden.items() if until > now}
        self.all = [asked for asked in found if key_of(asked) not in self._hidden]
        keys = {key_of(asked) for asked in self.all}
        self._new += [asked for asked in self.all if key_of(asked) not in self._known]
        self._known = keys

    def take_new(self) -> list[OpenQuestion]:
        """Questions that have come since this was asked last."""
        new, self._new = self._new, []
        return new

    def answered_here(self, asked: OpenQuestion) -> None:
        """It was answered in this interface; its run says so in a moment."""
        self._hidden[key_of(asked)] = self._clock() + HIDDEN_S
        self.all = [other for other in self.all if key_of(other) != key_of(asked)]

    def waits(self, asked: OpenQuestion) -> bool:
        """Whether it still waits, as of the last look."""
        return any(key_of(other) == key_of(asked) for other in self.all)

    def after(self, asked: OpenQuestion) -> OpenQuestion | None:
        """The question after this one, the first after the last; None where there is no other."""
        others = [other for other in self.all if key_of(other) != key_of(asked)]
        later = [other for other in others if other.asked_at > asked.asked_at]
        return next(iter([*later, *others]), None)


def find_answer(runs: RunsPort, asked: OpenQuestion) -> Answer | None:
    """How a question was answered, from the journal of its run; None where it was not."""
    feed = runs.feed(asked.run_id)
    while feed.poll():
        pass
    for answered in reversed(feed.view.answered):
        if answered.question_id == asked.question.question_id:
            return answered.answer
    return None


def terminal_title(repository: str, waiting: int, ended: str = "") -> str:
    """What the terminal's own title says: what waits comes first, it may be cut at its end.

    ``ended`` names the run that ended while nobody looked.
    """
    name = clean_line(repository)
    if waiting:
        return f"?{waiting} ladder {name}"
    return f"{clean_line(ended)} ended, ladder {name}" if ended else f"ladder {name}"
