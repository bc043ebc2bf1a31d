"""Examples of rules of the form of a file: keys, names, references, expressions."""

from __future__ import annotations

from tests.library.workflow_example import FAN, HEAD, INPUTS, STEP, Example, changed

_MERGE = INPUTS + FAN + "  - id: merge\n    aggregate: union-dedup\n    over: look\n"
_FAN = INPUTS + FAN
_GATE = HEAD + STEP + "  - id: check\n    gate: schema\n    over: look\n"
_LATER = HEAD + STEP + "  - id: check\n    gate: pytest\n"
_FAIL = HEAD + STEP + "fail_on: {gates: [fail]}\n"
_SCHEMA = HEAD + STEP + "output:\n  type: object\n"
_WITH = INPUTS + STEP + "    with:\n      where: ${inputs.path}\n"

FORM: tuple[Example, ...] = (
    changed("W002", HEAD + STEP, "name: example", "name: [example", 2, "expected", ""),
    changed("W002", HEAD + STEP, "    skill:", "\t\tskill:", 4, "a tab", "spaces"),
    Example("W002", "# nothing\n", 1, "is empty", "begin with", HEAD + STEP),
    Example("W002", "- a\n", 1, "not a mapping", "begin with", HEAD + STEP),
    changed("W003", HEAD + STEP, "name: example\n", "name: a\nname: b\n", 2, '"name"', "keep one"),
    changed("W004", HEAD + STEP, "name: example", "name: &n e\nx: *n", 2, "alias *n", "repeat"),
    changed("W004", HEAD + STEP, "name: e", "name: !!python/name:e e", 1, "tag", "remove"),
    changed("W004", HEAD + STEP, "example", "[" * 40 + "]" * 40, 1, "nested", "flatter"),
    changed("W005", HEAD + STEP, "skill:", "skil:", 4, 'unknown key "skil"', "nearest: skill"),
    changed("W005", _FAN, "default: 2", "defualt: 2", 4, '"defualt"', "nearest: default"),
    changed("W006", HEAD + STEP, "  - id: look\n    ", "  - ", 3, '"id" is missing', "add it"),
    Example("W006", STEP, 1, '"name" is missing', "add it", HEAD + STEP),
    changed("W007", _MERGE, "union-dedup", "union-dedupe", 14, "not allowed", "union-dedup"),
    changed(
        "W007",
        HEAD + STEP,
        "look\n",
        "look\n    retry: two\n",
        4,
        "a whole number, got text",
        "write a whole number",
    ),
    changed("W007", HEAD + STEP, "look\n", "look\n    when: 3\n", 4, '"when"', "quotes"),
    changed("W007", _FAN, "type: integer", "type: int", 4, "not allowed", "nearest: integer"),
    changed("W007", _FAIL, "[fail]", "[fail, bad]", 5, '"bad" is not allowed', "degraded"),
    changed("W007", HEAD + STEP, "example", "5", 1, '"name"', "quotes"),
    changed(
        "W007",
        HEAD + STEP,
        "review-security",
        "[a]",
        4,
        '"skill": expected text, got a list',
        "write text",
    ),
    Example("W010", HEAD + "steps: []\n", 2, "no steps", "add a step", HEAD + STEP),
    changed(
        "W011", HEAD + STEP, "skill: review-security", "retry: 1", 3, "says not", "add one of skill"
    ),
    changed(
        "W011", _GATE, "gate: schema", "gate: schema\n    skill: review-tests", 5, "and", "split"
    ),
    changed("W012", _GATE, "id: check", "id: look", 5, '"look" is there twice', "rename"),
    changed("W012", HEAD + STEP, "id: look", "id: look-at", 3, "cannot be used", "letters"),
    changed("W013", HEAD + STEP, "review-s", "reviev-s", 4, "unknown skill", "review-security"),
    changed("W013", _FAN, "review-tests", "review-test", 9, "unknown skill", "review-tests"),
    changed("W013", _GATE, "gate: schema", "gate: shema", 6, "unknown gate", "nearest: schema"),
    changed("W014", _GATE, "over: look", "over: lok", 7, 'no step "lok"', "nearest: look"),
    changed("W014", _GATE, "over: look", "over: check", 7, "refers to itself", "earlier"),
    changed(
        "W014",
        _LATER,
        "id: look",
        "id: look\n    needs: [check]",
        4,
        "comes later",
        "move it",
    ),
    changed("W014", _WITH, "inputs.path", "steps.lok", 9, 'no step "lok"', "earlier"),
    changed("W015", _MERGE, "    over: look\n", "", 13, "needs over:", "add over"),
    Example(
        "W015",
        HEAD + STEP + "  - id: merge\n    aggregate: union-dedup\n    over: look\n",
        7,
        "not a fan-out",
        "for_each",
        _MERGE,
    ),
    changed(
        "W016", INPUTS + STEP + "    for_each: [a]\n", "[a]", "[]", 8, "is empty", "add an item"
    ),
    changed("W017", _FAN, "${inputs.n}", "0", 12, "below 1", "1 or more"),
    changed("W018", _GATE, "over: look", "retry: 1", 7, '"retry" means nothing', "remove"),
    changed(
        "W018",
        _WITH,
        "with:",
        "over: look\n    with:",
        8,
        '"over" means nothing',
        "aggregate and gate",
    ),
    changed("W018", _WITH, "with:", "max_parallel: 2\n    with:", 8, "without for_each", "remove"),
    changed("W019", HEAD + STEP, "look\n", "look\n    retry: 50\n", 4, "50 is not in", "0 to 10"),
    changed("W019", _WITH, "with:", "limits: {turns: 0}\n    with:", 8, "turns 0", "more than 0"),
    changed("W021", INPUTS + STEP, "  n: {", "  n-1: {", 4, "cannot be used", "letters"),
    changed("W022", INPUTS + STEP, "default: .", "minimum: 1", 3, "means nothing", "remove it"),
    changed("W022", INPUTS + STEP, "default: 2", "minimum: 3, maximum: 2", 4, "above", "swap"),
    changed("W022", INPUTS + STEP, "default: 2", "enum: [a]", 4, "enum means nothing", "string"),
    changed("W022", INPUTS + STEP, "integer, default: 2", "string, enum: [a, a]", 4, "twice", ""),
    changed("W023", INPUTS + STEP, "default: 2", "default: two", 4, "not a whole number", "5"),
    changed("W023", INPUTS + STEP, "default: 2", "default: 9, maximum: 4", 4, "above 4", "4 or"),
    changed("W023", INPUTS + STEP, "default: .", "default: ../x", 3, "leaves", "inside"),
    changed("W024", INPUTS + STEP, "default: 2", "default: 2, required: true", 4, "no effect", ""),
    changed("W026", HEAD + STEP, "example", "../a", 1, "'../a' cannot be used", "without /"),
    changed("W026", HEAD + STEP, "example", '"a\\e[2J"', 1, "cannot be used", "printable"),
    changed("W026", HEAD + STEP, "example", '""', 1, "cannot be used", "1 to 64"),
    changed("W030", _WITH, "inputs.path}", "inputs.path", 9, "not closed", "add"),
    changed("W030", _WITH, "inputs.path", "inputs.a-b", 9, "does not parse", "quotes"),
    changed("W030", _WITH, "inputs.path", "fast(inputs.n)", 9, "unknown function", ""),
    changed("W031", _WITH, "inputs.path", "inputs.pth", 9, 'no input "pth"', "nearest: path"),
    changed("W031", _WITH, "inputs.path", "input.path", 9, "not inputs, item or", "inputs"),
    changed("W031", _WITH, "inputs.path", "item.path", 9, "no item here", "for_each"),
    changed("W031", _FAN, "item.name", "item.nmae", 10, 'no "nmae"', "nearest: name"),
    changed("W032", _FAN, "${inputs.n}", "n${inputs.n}", 12, "one expression", "${inputs."),
    changed("W032", _GATE, "over: look", "over: ${item}", 7, "cannot hold", "name"),
    changed(
        "W032",
        INPUTS + STEP + "    when: ${inputs.n > `1`}\n",
        "${inputs.n > `1`}",
        "yes",
        8,
        "alone",
        "",
    ),
    changed("W040", _SCHEMA, "type: object", "type: objct", 5, "no valid JSON Schema", "correct"),
    changed("W040", _SCHEMA, "type: object", "$ref: a.json", 5, "leaves the schema", "correct"),
    changed("W041", _FAN, "name: b", "name: a", 9, 'called "a"', "own name"),
    changed("W041", _FAN, "name: b", "name: a/b", 9, "cannot be used", "without /"),
)
