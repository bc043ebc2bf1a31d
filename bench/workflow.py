"""Loading and checking a workflow of 200 steps, against parsing its YAML and nothing else."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import yaml

from bench.table import Row
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Step, Workflow, WorkflowInput
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_file import parse_workflow

STEPS = 200
REPEATS = 15
MOST_S = 0.050

_FILES = {"type": "array", "items": {"type": "string"}}
_VERDICT = {
    "type": "object",
    "required": ["verdict", "files"],
    "properties": {"verdict": {"enum": ["good", "bad"]}, "files": _FILES},
}
_CATALOG = Catalog(
    skills={
        "judge": Skill(
            "judge", "Judges.", "Look. " * 200, "0", "shipped", "judge.md",
            outputs=_VERDICT,
            inputs={"type": "object", "properties": {"files": _FILES}},
        )
    },
    gates=("pytest",),
    workflows={
        "nested": Workflow(
            name="nested",
            inputs={"n": WorkflowInput(type="integer")},
            steps=(Step(id="look", skill="judge"),),
        )
    },
)  # fmt: skip
_KINDS = """\
  - id: j{n}
    skill: judge
    with: {{files: "${{steps.j{before}.files[?length(@) > `{n}`]}}"}}
    when: ${{steps.j{before}.verdict == 'bad' && inputs.n > `{n}`}}
    limits: {{turns: 4, tokens: 20000}}
  - id: r{n}
    run: [git, log, --oneline, --, "${{inputs.path}}", "${{steps.j{n}.verdict}}"]
    effect: none
    parse: lines
    timeout: 60
  - id: f{n}
    for_each: ${{steps.r{n}.value}}
    skill: judge
    name: ${{item}}
    with: {{files: ["${{item}}", "a{n}.py"]}}
    max_parallel: ${{inputs.n}}
    needs: [r{n}]
  - id: w{n}
    workflow: nested
    with: {{n: "${{length(steps.f{n}) || steps.r{n}.exit_code}}"}}
  - id: a{n}
    ask: {{question: "Go on with ${{inputs.path}} ({n})", redo: j{n}, show: "${{steps.f{n}}}"}}
"""


def workflow_text(round_: int) -> str:
    """A workflow of 200 steps of five kinds; texts of different rounds share no expression."""
    head = "name: bench\ninputs:\n  path: {type: directory}\n  n: {type: integer, default: 3}\n"
    first = 1 + round_ * 1000
    start = f"steps:\n  - id: j{first - 1}\n    skill: judge\n"
    blocks = [
        _KINDS.format(n=first + index, before=first + index - 1) for index in range(STEPS // 5)
    ]
    return head + start + "".join(blocks)


def run() -> list[Row]:
    """Measure and return one row; the target is absolute."""
    texts = [workflow_text(round_) for round_ in range(REPEATS)]
    workflow, problems = parse_workflow(texts[0], "bench.yaml", _CATALOG)
    assert workflow is not None, problems
    ours = _median(lambda text: parse_workflow(text, "bench.yaml", _CATALOG), texts[1:])
    reference = _median(lambda text: yaml.load(text, yaml.CSafeLoader), texts[1:])
    return [
        Row(
            name=f"workflow of {len(workflow.steps)} steps: load and check vs bare YAML (s)",
            ours=ours,
            reference=reference,
            ratio=ours / reference,
            target="≤ 0.05 s",
            is_met=ours <= MOST_S,
        )
    ]


def _median(work: Callable[[str], object], texts: list[str]) -> float:
    times = []
    for text in texts:
        started = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - started)
    return statistics.median(times)
