"""The aggregates a workflow can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.ids import StepId
from ladder_tui.workflow.union_dedup import union_dedup

Aggregate = Callable[[StepId, Sequence[AgentOutcome]], FindingsMerged]

AGGREGATES: Mapping[str, Aggregate] = {"union-dedup": union_dedup}
"""By the name used in workflow files."""
