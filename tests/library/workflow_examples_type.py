"""Examples of rules of types: what a step gives against what the next one takes."""

from __future__ import annotations

from tests.library.workflow_example import HEAD, INPUTS, JUDGE, STEP, Example, changed

_FIX = JUDGE + "  - id: fix\n    skill: fix\n    with:\n      files: ${steps.judge.files}\n"
_NEST = JUDGE + "  - id: in\n    workflow: nested\n    with:\n      n: ${steps.judge.score}\n"
_NEED = HEAD + "steps:\n  - id: in\n    workflow: plain\n    with: {goal: speed}\n"
_EACH = JUDGE + "  - id: each\n    for_each: ${steps.judge.files}\n    skill: review-tests\n"
_WHEN = JUDGE + "  - id: fix\n    when: ${steps.judge.verdict == 'bad'}\n    skill: review-tests\n"
_LINE = _WHEN.count("\n", 0, _WHEN.index("when:")) + 1
_RUN = HEAD + 'steps:\n  - id: run\n    run: [git, log, "${inputs.since}"]\n'
_RUN = _RUN.replace("steps:", "inputs:\n  since: {type: git-base}\n  all: {type: json}\nsteps:")
_FALLBACK = JUDGE + "    on_error: fallback\n    fallback: {verdict: bad, score: 0, files: []}\n"
_FALLBACK = _FALLBACK.replace("score: 0,", "score: 0, reason: none,")
_RESULT = (
    JUDGE
    + "result: ${steps.judge}\noutput:\n  type: object\n  properties: {score: {type: integer}}\n"
)
_SHARDS = INPUTS + "steps:\n  - id: look\n    for_each: {shards: '${inputs.path}'}\n"
_SHARDS += "    skill: review-tests\n"
_PARSED = HEAD + "steps:\n  - id: run\n    run: [status]\n    parse: json\n"
_PARSED += "    output: {type: object, properties: {state: {enum: [up, down]}}}\n"
_PARSED += "  - id: go\n    when: ${steps.run.value.state == 'up'}\n    skill: review-tests\n"
_ITEMS = INPUTS + "steps:\n  - id: look\n    for_each:\n"
_ITEMS += "      - {s: review-tests, files: ['${inputs.path}']}\n      - {s: fix, files: [b]}\n"
_ITEMS += "    skill: ${item.s}\n    with: {files: '${item.files}'}\n"
_HAND = JUDGE + "  - id: in\n    workflow: deciding\n    with: {level: '${steps.judge.verdict}'}\n"
_FAR = JUDGE + "  - id: in\n    workflow: handing\n    with: {data: '${steps.judge.files}'}\n"
_ENDS = "fail_on:\n  when: ${steps.judge.verdict == 'bad'}\n"
_ENDS_LINE = (JUDGE + _ENDS).count("\n")
_ASK = HEAD + "steps:\n  - id: ask\n    ask: {question: Go on}\n"
_ASK += "  - id: go\n    when: ${steps.ask.decision == 'approve'}\n    skill: review-tests\n"


def _when(rule: str, condition: str, says: str, fix: str) -> Example:
    return changed(rule, _WHEN, "steps.judge.verdict == 'bad'", condition, _LINE, says, fix)


TYPES: tuple[Example, ...] = (
    changed(
        "W054",
        _HAND,
        "level: '${steps.judge.verdict",
        "mood: '${steps.judge.reason",
        7,
        "workflow deciding compares it",
        "give mood an enum",
    ),
    changed(
        "W054",
        _FAR,
        "data: '${steps.judge.files",
        "feeling: '${steps.judge.reason",
        7,
        "workflow handing compares it",
        "give feeling an enum",
    ),
    changed("W050", _FAR, "judge.files", "judge.reason", 7, "is text", "as data"),
    changed("W030", _EACH, "steps.judge.files", "[" * 800 + "`1`" + "]" * 800, 6, "too deep", ""),
    changed("W050", _ITEMS, "files: [b]", "files: b", 11, '"b", not a list', "skill fix takes"),
    changed("W050", _ITEMS, "[b]", "['${inputs.path}', 1]", 11, "in its list", "skill fix takes"),
    changed(
        "W031",
        _ITEMS,
        "skill: ${",
        "when: ${item.s == 'a'}\n    skill: ${",
        10,
        "no item here",
        "asked once",
    ),
    changed("W031", _ITEMS, "inputs.path", "inputs.pat", 8, 'no input "pat"', "nearest: path"),
    changed("W050", _FIX, "judge.files", "judge.reason", 8, "text, not a list of text", "takes"),
    changed("W050", _FIX, "judge.files}", "judge.files}\n      level: mid", 9, '"mid"', "one of"),
    changed("W050", _FIX, "judge.files}", "judge.files}\n      score: 11", 9, "above 10", "takes"),
    changed("W050", _FIX, "${steps.judge.files}", "[1]", 8, "in its list", "a list of text"),
    changed("W050", _NEST, "judge.score", "judge.reason", 8, "is text", "nested takes a whole"),
    changed("W056", _FIX, "files:", "fils:", 8, 'not take "fils"', "nearest: files"),
    changed("W056", _FIX, "files:", "score: 1 #", 7, 'skill fix needs "files"', "a list of text"),
    changed("W056", _NEST, "n:", "m:", 8, 'workflow nested does not take "m"', "n"),
    changed("W056", _NEED, "    with: {goal: speed}\n", "", 3, 'plain needs "goal"', "add with"),
    changed("W051", _FIX, "judge.files", "judge.fils", 8, 'no field "fils"', "nearest: files"),
    changed("W051", _FIX, "judge.files", "judge.files.x", 8, "no field", "[*].x"),
    changed("W051", _FIX, "judge.files", "judge.score[0]", 8, "is no list", "remove [0]"),
    changed("W052", _EACH, "judge.files", "judge.score", 6, "whole number, not a list", "a list"),
    changed("W052", _SHARDS, "inputs.path", "inputs.n", 7, "whole number, not text", "directory"),
    changed("W052", _RUN, "inputs.since", "[inputs.since]", 7, "a list cannot be put", "join("),
    _when("W053", "steps.judge.score", "a whole number, not true or false", "compare it"),
    _when("W053", "steps.judge.files", "a list of text, not", "length("),
    _when("W054", "steps.judge.reason == 'x'", "== compares free text", "compare an enum"),
    _when("W054", "contains(steps.judge.reason, 'x')", "contains() looks into free", "compare"),
    _when("W054", "!(steps.judge.reason)", "free text is there", "compare an enum"),
    _when("W051", "!steps.judge.is_done", "no field", "!(…)"),
    _when("W054", "to_number(steps.judge.reason) > `3`", "> compares free text", "length("),
    _when("W054", "steps.judge.files[?@ == 'a.py'] != `[]`", "free text", "compare an enum"),
    _when("W054", "steps.judge.files == ['a.py']", "a whole list", "compare an enum"),
    changed(
        "W053",
        JUDGE + _ENDS,
        "verdict == 'bad'",
        "verdict",
        _ENDS_LINE,
        "not true or false",
        "compare it",
    ),
    changed(
        "W054",
        JUDGE + _ENDS,
        "verdict == 'bad'",
        "reason == 'bad'",
        _ENDS_LINE,
        "free text",
        "enum",
    ),
    _when("W055", "steps.judge.verdict == 'baad'", "can never be true", "nearest: bad"),
    _when("W055", "steps.judge.score == '3'", "can never be true", "backticks: `3`"),
    _when("W055", "steps.judge.score > '3'", "compares numbers only", "backticks: `3`"),
    _when("W055", "steps.judge.verdict != 'worse'", "can never be false", "one of: good, bad"),
    _when("W030", "length(steps.judge.score) > `1`", "length() cannot take", "array or object"),
    _when("W030", "length() > `1`", "takes 1 values, not 0", "jmespath.org"),
    changed("W054", _PARSED, "value.state", "stdout", 8, "compares free text", "compare an enum"),
    changed("W054", _PARSED, "    output: {type", "    # {type", 8, "free text", "compare an"),
    changed("W054", _ASK, "ask.decision", "ask.reason", 6, "free text", "a decision"),
    changed("W055", _ASK, "'approve'", "'approved'", 6, "never be true", "nearest: approve"),
    changed("W057", _FALLBACK, "score: 0", "score: none", 6, 'its "score"', "a value of that"),
    changed("W057", _FALLBACK, "bad,", "worse,", 6, "one of", "a value of that form"),
    changed("W057", _RESULT, "integer", "string", 5, 'its "score" is a whole', "output:"),
    changed("W057", _RESULT, "steps.judge", "steps.judge.reason", 5, "is text", "output:"),
    changed("W014", _RESULT, "steps.judge", "steps.juge", 5, 'no step "juge"', "nearest: judge"),
    changed("W031", _RESULT, "steps.judge", "inputs.x", 5, 'no input "x"', "declare"),
    changed("W032", _RESULT, "${steps.judge}", "judge", 5, "one expression", "result:"),
    changed(
        "W057",
        HEAD + STEP + "output: {type: object, required: [summary]}\n",
        "[summary]",
        "[summary, score]",
        5,
        'step look has no "score"',
        "output:",
    ),
)
