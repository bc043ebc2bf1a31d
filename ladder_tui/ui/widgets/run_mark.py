"""From the state of a run to the marks with which its workflow is drawn. Pure."""

from __future__ import annotations

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.run_fold import ProcessCard, StepCard
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui.widgets.board_cells import Moment
from ladder_tui.ui.widgets.step_mark import MarkState, SlotMark, StepMark


def run_marks(view: RunView, workflow: Workflow, moment: Moment) -> dict[str, StepMark]:
    """A mark for each step that the run has come to, by its id in the run."""
    declared = {step.id: step for step in workflow.steps}
    asking = {question.step_id for question in view.questions.values()}
    marks: dict[str, StepMark] = {}
    for step_id, card in view.steps.items():
        state = _state(card, moment, is_asking=step_id in asking)
        elapsed_s = _elapsed_s(card, moment)
        slots = _slots(view, card, declared.get(step_id), moment)
        reason = _question(view, card) if state == "asks" else card.reason
        marks[step_id] = StepMark(state, reason, elapsed_s, card.cost, slots)
    return marks


def _elapsed_s(card: StepCard, moment: Moment) -> float | None:
    """None where no time passed: a step that was skipped never began."""
    if card.state == "skipped":
        return None
    if card.finished_at is not None:
        return card.elapsed_s
    return max(0.0, moment.now - card.started_at) if moment.is_live else None


def _state(card: StepCard, moment: Moment, *, is_asking: bool) -> MarkState:
    if is_asking:
        return "asks"
    if card.state == "running":
        return "running" if moment.is_live else "paused"
    if card.is_fallback:
        return "fallback"
    return card.state


def _question(view: RunView, card: StepCard) -> str:
    texts = [q.text for q in view.questions.values() if q.step_id == card.step_id]
    return f"waits for you: {texts[0]}" if card.kind != "ask" and texts else "waits for you"


def _slots(
    view: RunView, card: StepCard, step: Step | None, moment: Moment
) -> tuple[SlotMark, ...]:
    """The slots of a fan-out; a step with one place has none."""
    is_fan_out = step is not None and step.for_each is not None
    if len(card.agents) > 1 or (is_fan_out and card.agents):
        agents = [view.agents[agent_id] for agent_id in card.agents if agent_id in view.agents]
        return tuple(SlotMark(agent.name, _agent_state(agent, moment)) for agent in agents)
    if not is_fan_out:
        return ()
    names = dict.fromkeys([*card.inputs, *card.processes])
    return tuple(SlotMark(name, _place_state(view, card, name, moment)) for name in names if name)


def _agent_state(agent: AgentCard, moment: Moment) -> MarkState:
    if agent.question is not None and not agent.is_final:
        return "asks"
    states: dict[str, MarkState] = {
        "queued": "waiting",
        "running": "running" if moment.is_live else "paused",
        "done": "done",
        "cancelled": "cancelled",
        "paused": "paused",
    }
    return states.get(agent.state, "failed")


def _place_state(view: RunView, card: StepCard, name: str, moment: Moment) -> MarkState:
    """Of a command, or of a workflow inside a fan-out."""
    process = card.processes.get(name)
    if process is not None:
        return _process_state(process, moment)
    prefix = f"{card.step_id}/{name}/"
    inside = [other for step_id, other in view.steps.items() if step_id.startswith(prefix)]
    if not inside:
        return "waiting" if card.finished_at is None else "skipped"
    if any(other.state == "failed" and not other.is_fallback for other in inside):
        return "failed"
    is_done = card.finished_at is not None or all(other.finished_at for other in inside)
    return "done" if is_done else "running" if moment.is_live else "paused"


def _process_state(process: ProcessCard, moment: Moment) -> MarkState:
    if process.is_running:
        return "running" if moment.is_live else "paused"
    return "done" if process.exit_code == 0 else "failed"
