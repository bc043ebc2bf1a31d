"""What a run came to beside its findings: its agents together, and its estimate against actual."""

from __future__ import annotations

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.usage import Usage
from ladder_tui.insight.parallel_verdict import ParallelVerdict, judge
from ladder_tui.insight.read_twice import read_twice
from ladder_tui.models.price import price
from ladder_tui.models.token import estimate_tokens_fast
from ladder_tui.projections.run_view import RunView
from ladder_tui.store import result as result_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.explanation import records_of


def run_verdict(db: Database, run_id: RunId) -> ParallelVerdict | None:
    """Judge the agents of a run from its whole journal; None where there were not two.

    Raises UsageError for an unknown run, or StoreError.
    """
    spec = run_rows.get_spec(db, run_id)
    records = list(records_of(db, run_id))
    view = RunView(run_id)
    view.apply_all(records)
    again = read_twice(records, spec.skills, estimate_tokens_fast)
    cost = price(spec.model, Usage(again.tokens, is_estimated=True))
    decided = result_rows.latest_dispositions(db)
    dismissed = {f for f, made in decided.items() if made.decision == "dismissed"}
    return judge(view, again, cost, dismissed)
