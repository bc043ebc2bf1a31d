"""What is stored of a run before it starts: the plan, pinned to this moment and this tree."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

from ladder_tui.config import Config
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.library.workflow_file import workflow_hash
from ladder_tui.planning.prd_file import read_prd
from ladder_tui.process import git
from ladder_tui.workbench.option import Preflight, RunOptions


def new_spec(
    plan: Preflight, options: RunOptions, config: Config, root: Path, origin: str
) -> RunSpec:
    """The specification of a run of ``plan``; its number comes with its row."""
    now = time.time()
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
        limits=RunLimits(
            usd=_lowest(options.budget_usd, config.budget_usd),
            tokens=_lowest(options.budget_tokens, config.budget_tokens),
            max_parallel=options.max_parallel,
        ),
        root=str(root),
        tree=git.tree_pin(root),
        created_at=now,
        base_commit=plan.base_commit,
        prd=str(prd) if prd else "",
        prd_text=read_prd(prd, str(prd)) if prd else "",
        estimate=plan.estimate,
        record=str(Path(options.record).absolute()) if options.record else "",
        replay=str(Path(options.replay).absolute()) if options.replay else "",
    )


def _lowest(a: Any, b: Any) -> Any:
    given = [x for x in (a, b) if x is not None]
    return min(given) if given else None
