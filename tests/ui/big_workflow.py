"""A workflow of every kind of step: thirty of them, one nested, a fan-out of twenty, two asks."""

from __future__ import annotations

from pathlib import Path

_MODULES = ", ".join(f"module-{number:02}" for number in range(20))
_HEAD = f"""\
name: big
description: Thirty steps, a nested workflow, a fan-out of twenty and two questions.
inputs:
  path: {{type: directory, default: ".", help: What to audit.}}
  deep: {{type: boolean, default: false, help: Look into everything.}}
steps:
  - {{id: plan, skill: review-tests, with: {{path: "${{inputs.path}}"}}}}
  - id: audit
    for_each: [{_MODULES}]
    max_parallel: 4
    name: ${{item}}
    run: [echo, "${{item}}"]
    effect: none
    on_error: continue
  - {{id: merge, aggregate: concat, over: audit}}
  - id: approve
    ask:
      question: Are these the findings that should be fixed in this run, in this order?
      show: ${{steps.merge}}
      redo: plan
  - {{id: notes, workflow: notes, needs: [approve]}}
"""
_TAIL = """\
  - id: colour
    ask:
      question: Which colour should the report have?
      answer: choose
      options: [blue, green, plain]
"""
NOTES = """\
name: notes
description: Collects what changed.
steps:
  - {id: collect, run: [git, log, --oneline], effect: none, on_error: continue}
  - {id: words, run: [echo, words], effect: none}
"""


def _step(number: int) -> str:
    extra = ", when: '${inputs.deep}'" if number % 5 == 0 else ""
    extra += ", needs: [plan]" if number % 7 == 0 else ""
    return f"  - {{id: step_{number:02}, run: [echo, step-{number}], effect: none{extra}}}\n"


BIG = _HEAD + "".join(_step(number) for number in range(6, 30)) + _TAIL


def write_big(root: Path) -> None:
    """Put it into the repository."""
    folder = root / ".ladder" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "big.yaml").write_text(BIG)
    (folder / "notes.yaml").write_text(NOTES)
