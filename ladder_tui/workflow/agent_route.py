"""The models of the agents of a step: by the rules of the run, and what they escalate to."""

from __future__ import annotations

from ladder_tui.agent.port import AgentPorts
from ladder_tui.domain.event import ModelRouted
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import AgentKind, Routing
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Step
from ladder_tui.models.routing import Route, Task, at_tier, route
from ladder_tui.tools.registry import is_editor
from ladder_tui.workflow.plan import Slot
from ladder_tui.workflow.step import StepContext


def slot_route(slot: Slot, context: StepContext) -> Route:
    """The model that the agent of a slot starts with."""
    spec = context.data.spec
    files = files_of(slot.item, len(context.ports.scope.files))
    return agent_route(context.step, slot.skill, files, spec.routing, spec.model)


def agent_route(
    step: Step, skill: Skill, files: int, routing: Routing, default: ModelChoice
) -> Route:
    """The model that an agent over so many files starts with; ``default`` is the run's model."""
    return route(Task(step, skill, _kind(skill), files), routing, default)


async def routed_ports(slot: Slot, route: Route, ports: AgentPorts) -> AgentPorts:
    """The ports of an agent on ``route``, said in the journal. Raises LadderError where the model
    cannot be opened."""
    ports.emit(ModelRouted(slot.agent_id, route.choice.label, route.tier or "", route.rule))
    if ports.models is None or route.choice == ports.choice:
        return ports
    return ports.using(await ports.models.get(route.choice))


def escalation_route(start: Route, context: StepContext) -> Route | None:
    """The model that takes over where an answer of ``start`` does not hold; None for no other."""
    escalate, spec = context.step.escalate, context.data.spec
    if escalate is None or spec.routing.is_fixed:
        return None
    above = at_tier(escalate.to, spec.routing, spec.model, "escalate")
    return None if above.choice == start.choice else above


def files_of(item: object, otherwise: int) -> int:
    """How many files an agent is about: those of its shard, else all of the run."""
    files = item.get("files") if isinstance(item, dict) else None
    return files if isinstance(files, int) else otherwise


def _kind(skill: Skill) -> AgentKind:
    if is_editor(skill.allowed_tools):
        return "edit"
    outputs = skill.outputs or {}
    return "review" if "findings" in outputs.get("properties", {}) else "task"
