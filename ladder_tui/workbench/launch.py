"""What a runner is given: everything frozen at the start of a run."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ladder_tui.config import Config
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.workflow import Budget, Workflow
from ladder_tui.library.workflow_file import workflow_hash
from ladder_tui.planning.prd_file import read_prd
from ladder_tui.process import git
from ladder_tui.workbench.option import Preflight, RunOptions


def new_spec(
    root: Path,
    plan: Preflight,
    options: RunOptions,
    now: float,
    *,
    origin: str,
    given: Mapping[str, Any],
) -> RunSpec:
    """The specification of a run that is about to start; its number comes with its row.

    ``now`` is Unix time, ``given`` the inputs before they were resolved.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    prd = Path(options.prd) if options.prd else None
    return RunSpec(
        run_id=RunId(f"r-{stamp}-{secrets.token_hex(2)}"),
        number=0,
        workflow=plan.workflow,
        workflow_hash=workflow_hash(plan.workflow),
        workflow_origin=origin,
        skills=plan.skills,
        inputs=plan.inputs,
        model=plan.model,
        limits=plan.limits,
        root=str(root),
        tree=git.tree_pin(root),
        created_at=now,
        base_commit=plan.base_commit,
        prd=str(prd) if prd else "",
        prd_text=read_prd(prd, str(prd)) if prd else "",
        estimate=plan.estimate,
        record=str(Path(options.record).absolute()) if options.record else "",
        replay=str(Path(options.replay).absolute()) if options.replay else "",
        trigger=options.trigger,
        workflows=plan.workflows,
        given=dict(given),
        routing=plan.routing,
        only=options.only,
    )


def run_limits(workflow: Workflow, options: RunOptions, config: Config) -> RunLimits:
    """The budget of a run: of what is asked for, configured and the workflow's own, the least."""
    own = workflow.budget or Budget()
    return RunLimits(
        usd=_lowest(options.budget_usd, config.budget_usd, own.usd),
        tokens=_lowest(options.budget_tokens, config.budget_tokens, own.tokens),
        max_parallel=options.max_parallel,
    )


def _lowest(*limits: Any) -> Any:
    given = [limit for limit in limits if limit is not None]
    return min(given) if given else None
