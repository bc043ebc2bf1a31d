"""The text of a new workflow: a commented starter, or a copy of another one under its own name."""

from __future__ import annotations

import re

_NAME_LINE = re.compile(r"^name:.*$", re.MULTILINE)

_STARTER = """\
# yaml-language-server: $schema=../workflow.schema.json
# Written by:  ladder workflows schema --write .ladder/workflow.schema.json
# Check it:  ladder workflows lint {name}        Start it:  ladder run {name} -i path=src
# Every key is explained in docs/workflows.md.

name: {name}
description: Say in one line what this workflow is for.

# The launch form and `-i KEY=VALUE` are made from these.
inputs:
  path:
    type: directory           # string, directory, file, integer, number, boolean, git-base, json
    default: "."
    help: What to look at.
  ask_first:
    type: boolean
    default: false
    help: Ask a person before the last step.

# The most a run may use, all steps together.
budget:
  tokens: 2000000

# Steps run in this order. Each does one thing: skill, run, aggregate, gate, ask or workflow.
steps:
  # Several agents side by side, one for each item.
  - id: look
    for_each:
      - {{name: security, skill: review-security}}
      - {{name: tests, skill: review-tests}}
    name: ${{item.name}}
    skill: ${{item.skill}}
    with:
      path: ${{inputs.path}}    # ${{…}} is JMESPath over inputs, item and earlier steps
    retry: 1
    on_error: continue        # one that fails leaves its place empty; stop would end the run
    limits: {{turns: 12, tokens: 200000, seconds: 600}}

  # Their findings as one list, each once.
  - id: merge
    aggregate: union-dedup
    over: look

  # A question to a person; skipped unless it was wanted.
  - id: agree
    ask:
      question: Are these findings worth a run of the tests?
      show: ${{steps.merge.findings}}
    when: ${{inputs.ask_first}}
    on_error: continue

  # Only typed values can decide: verdicts, decisions, numbers, enums; never what a model wrote.
  - id: tests
    gate: pytest
    when: ${{!(inputs.ask_first) || steps.agree.decision == 'approve'}}
    on_error: continue

  # A program and its arguments; a value is one argument, and no shell sees it.
  # - id: log
  #   run: [git, log, --oneline, "-5", --, "${{inputs.path}}"]
  #   effect: none            # sandboxed, repository read-only; external may change things
  #   parse: lines

# What a run gives. Without it: the output of the last aggregate, else of the last step.
result: ${{steps.merge}}

# What makes a finished run fail (exit code 1); everything else is only reported.
fail_on:
  severity: high
  agents: true
  gates: [fail, error]
"""


def starter(name: str) -> str:
    """A commented workflow called ``name`` that lints clean."""
    return _STARTER.format(name=name)


def renamed(text: str, name: str) -> str:
    """The text of a workflow file under another name; the rest stays as it is."""
    return _NAME_LINE.sub(f"name: {name}", text, count=1)
