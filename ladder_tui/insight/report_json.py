"""A run as one JSON document, stable within its ``version``."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ladder_tui.domain.finding import Disposition
from ladder_tui.domain.run import RunSpec
from ladder_tui.insight.parallel_verdict import ParallelVerdict
from ladder_tui.insight.report_content import build_report
from ladder_tui.projections.run_view import RunView


def render_json(
    view: RunView,
    spec: RunSpec,
    dispositions: Mapping[str, Disposition] | None = None,
    parallel: ParallelVerdict | None = None,
) -> str:
    """Return the report as indented JSON, with every field of ``report_document.Report``.

    Dismissed findings are in it, marked. Text in it is as it was reported: strip control
    sequences before printing it.
    """
    report = build_report(view, spec, dispositions, parallel)
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"
