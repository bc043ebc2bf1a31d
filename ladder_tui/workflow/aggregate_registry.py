"""All aggregates by the names that workflow files use. A new one is one file and one row here."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.domain.workflow import AggregateName
from ladder_tui.workflow.aggregate import Aggregator
from ladder_tui.workflow.best_of import BestOf
from ladder_tui.workflow.concat import Concat
from ladder_tui.workflow.first_valid import FirstValid
from ladder_tui.workflow.judge import Judge
from ladder_tui.workflow.majority import Majority
from ladder_tui.workflow.quorum import Quorum
from ladder_tui.workflow.tree_reduce import TreeReduce
from ladder_tui.workflow.union_findings import UnionDedup

AGGREGATES: Mapping[AggregateName, Aggregator] = {
    "union-dedup": UnionDedup(),
    "majority": Majority(),
    "quorum": Quorum(),
    "best-of": BestOf(),
    "judge": Judge(),
    "first-valid": FirstValid(),
    "concat": Concat(),
    "tree-reduce": TreeReduce(),
}
