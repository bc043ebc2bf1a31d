"""Every shipped workflow is killed between its steps and in them, and loses nothing."""

from __future__ import annotations

import pytest

from ladder_tui.domain.question import Answer, Question
from ladder_tui.workbench import Workbench
from tests.chaos.boundary import kill_at_every_boundary
from tests.conftest import SCENARIOS
from tests.shipped.drive import prepare
from tests.shipped.launch import LAUNCHES


def kill(wb: Workbench, name: str, most: int | None) -> int:
    launch = LAUNCHES[name]
    prepare(wb.root)

    def answer(question: Question) -> Answer:
        return launch.answers[str(question.step_id)]

    scenario = SCENARIOS / launch.scenario
    return kill_at_every_boundary(wb, name, launch.inputs, scenario, answer, most=most)


@pytest.mark.parametrize("name", LAUNCHES)
def test_a_kill_loses_nothing(wb: Workbench, name: str) -> None:
    assert kill(wb, name, 2) == 2


@pytest.mark.soak
@pytest.mark.parametrize("name", LAUNCHES)
def test_a_kill_anywhere_loses_nothing(wb: Workbench, name: str) -> None:
    assert kill(wb, name, None) >= 10
