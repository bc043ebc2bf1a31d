"""Examples of rules of single kinds of steps, of their order, and of budgets."""

from __future__ import annotations

from tests.library.workflow_example import HEAD, INPUTS, JUDGE, STEP, Example, changed

_TEXT = HEAD + "inputs:\n  name: {}\n"
_RUN = _TEXT + 'steps:\n  - id: run\n    run: [sh, -c, \'grep "$1" log\', _, "${inputs.name}"]\n'
_ENV = _RUN + "    env: {LC_ALL: C, NAME: '${inputs.name}'}\n    cwd: src\n"
_NEST = HEAD + "steps:\n  - id: in\n    workflow: nested\n"
_TWO = HEAD + STEP + "  - id: check\n    gate: pytest\n    needs: [look]\n"
_OVER = INPUTS + "steps:\n  - id: look\n    for_each: [a]\n    skill: review-tests\n"
_OVER += "  - id: all\n    aggregate: concat\n    over: look\n"
_ASK = JUDGE + "  - id: ask\n    ask:\n      question: Good?\n      redo: judge\n"
_CHOOSE = HEAD + "steps:\n  - id: ask\n    ask:\n      question: Which?\n"
_CHOOSE += "      answer: choose\n      options: [a, b]\n"
_VALUE = _CHOOSE.replace("choose", "value").replace("options: [a, b]", "value: {type: integer}")
_BUDGET = HEAD + "budget: {tokens: 9000, usd: 3, seconds: 900}\n" + STEP
_BUDGET += "    budget: {tokens: 8000, usd: 2, seconds: 600}\n    timeout: 300\n"
_SHARDS = INPUTS + "steps:\n  - id: look\n    skill: review-tests\n"
_SHARDS += "    for_each: {shards: '${inputs.path}', tokens: 100, most: 9}\n"
_VOTE = HEAD + "steps:\n  - id: look\n    for_each: 3\n    skill: judge\n"
_VOTE += "  - id: vote\n    aggregate: quorum\n    over: look\n"
_VOTE += "    by: ${item.verdict}\n    with: {k: 2}\n"
_BEST = _VOTE.replace("quorum", "best-of").replace("${item.verdict}", "[pytest, schema]")
_BEST = _BEST.replace("with: {k: 2}", "output: {type: object}")
_PICK = _VOTE.replace("quorum", "judge").replace("${item.verdict}", "compare")
_PICK = _PICK.replace("with: {k: 2}", "retry: 1")
_TREE = _OVER.replace("concat", "union-dedup")
_TREE += "  - id: page\n    aggregate: tree-reduce\n    over: all\n    by: judge\n"


def _command(bad: str, line: int, says: str, good: str) -> Example:
    start = _TEXT + "steps:\n  - id: run\n    run: "
    return Example("W060", f"{start}{bad}\n", line, says, "", f"{start}{good}\n")


_NAME = '"${inputs.name}"'

SHELL: tuple[Example, ...] = (
    changed("W060", _RUN, '"$1" log', "${inputs.name}", 6, "script that sh runs", "argument"),
    changed("W060", _RUN, "[sh, ", "['${inputs.name}', ", 6, "program to run is", "write the"),
    _command("[bash, -lc, 'ls ${inputs.name}']", 6, "bash runs", f"[bash, -lc, ls, _, {_NAME}]"),
    _command(f"[bash, -o, pipefail, -c, {_NAME}]", 6, "bash runs", "[bash, -o, pipefail, x.sh]"),
    _command(f"[bash, -euo, pipefail, -c, {_NAME}]", 6, "bash runs", "[bash, -eo, pipefail, x.sh]"),
    _command(f"[bash, -c, -e, {_NAME}]", 6, "bash runs", f"[bash, -c, -e, ls, _, {_NAME}]"),
    _command(f"[perl, -e, '1', -e, {_NAME}]", 6, "perl runs", f"[perl, -e, '1', {_NAME}]"),
    _command(f"[nice, -n, '5', sh, -c, {_NAME}]", 6, "sh runs", f"[nice, -n, '5', ls, {_NAME}]"),
    _command(
        f"[timeout, -s, KILL, '5', sh, -c, {_NAME}]",
        6,
        "sh runs",
        f"[timeout, -s, KILL, '5', grep, make, {_NAME}]",
    ),
    _command(
        f"[docker, run, x, bash, -eo, pipefail, -c, {_NAME}]",
        6,
        "bash runs",
        f"[docker, run, sh, {_NAME}]",
    ),
    _command(f"[npx, -c, {_NAME}]", 6, "npx runs", f"[npx, tool, {_NAME}]"),
    _command(f"[git, submodule, foreach, {_NAME}]", 6, "git runs", f"[git, submodule, {_NAME}]"),
    _command(f"[bash, {_NAME}]", 6, "is an expression", f"[bash, run.sh, {_NAME}]"),
    _command(f"[python3.11, -c, {_NAME}]", 6, "python runs", f"[python3.11, -c, pass, {_NAME}]"),
    _command(f"[python, -m, {_NAME}]", 6, "python runs", f"[python, -W, error, -m, tool, {_NAME}]"),
    _command(f"[/usr/bin/perl, -e, {_NAME}]", 6, "perl runs", f"[perl, -I, lib, a.pl, {_NAME}]"),
    _command(f"[node, --eval, {_NAME}]", 6, "node runs", f"[node, a.js, {_NAME}]"),
    _command(f"[env, {_NAME}, ls]", 6, "program to run", f"[env, LC_ALL=C, ls, {_NAME}]"),
    _command("[env, 'X=${inputs.name}', ls]", 6, "env decides", f"[env, X=1, ls, {_NAME}]"),
    _command(f"[xargs, {_NAME}]", 6, "program to run", f"[xargs, ls, {_NAME}]"),
    _command("[xargs, '-I{}', sh, -c, 'ls {}']", 6, "xargs puts", "[xargs, '-I{}', ls, '{}']"),
    _command(f"[timeout, '5', sh, -c, {_NAME}]", 6, "sh runs", f"[timeout, '5', ls, {_NAME}]"),
    _command(f"[nice, -n, '5', sh, -c, {_NAME}]", 6, "sh runs", f"[nice, -n, '5', ls, {_NAME}]"),
    _command(f"[sudo, -u, me, sh, {_NAME}]", 6, "sh runs", f"[sudo, -u, me, ls, {_NAME}]"),
    _command(f"[docker, exec, c, sh, -c, {_NAME}]", 6, "sh runs", f"[docker, exec, c, {_NAME}]"),
    _command(f"[flock, lock, -c, {_NAME}]", 6, "flock runs what -c", f"[flock, lock, ls, {_NAME}]"),
    _command(
        f"[sh, -c, 'eval \"$1\"', _, {_NAME}]",
        6,
        "evaluates its arguments",
        f"[sh, -c, 'ls \"$1\"', _, {_NAME}]",
    ),
    _command(
        "[tar, '--to-command=${inputs.name}', -xf, a.tar]",
        6,
        "tar runs what --to-command",
        f"[tar, -xf, a.tar, {_NAME}]",
    ),
    _command(f"[ssh, host, ls, {_NAME}]", 6, "ssh hands", f"[ls, {_NAME}]"),
    _command(f"[eval, {_NAME}]", 6, "eval hands", f"[echo, {_NAME}]"),
    _command(f"[make, {_NAME}]", 6, "make hands", "[make, all]"),
    _command(
        f"[awk, {_NAME}, log]", 6, "awk runs", "[awk, -v, 'x=${inputs.name}', '{print}', log]"
    ),
    _command(f"[sed, -e, {_NAME}, log]", 6, "sed runs", f"[sed, -n, 1p, {_NAME}]"),
    _command(f"[git, -c, {_NAME}, log]", 6, "git runs", f"[git, log, --, {_NAME}]"),
    _command(
        f"[find, ., -exec, sh, -c, {_NAME}, ;]",
        6,
        "sh runs",
        f"[find, ., -name, {_NAME}, -exec, cat, '{{}}', ;]",
    ),
    _command(
        f"[bash, -s]\n    stdin: {_NAME}",
        7,
        "runs its input",
        f"[bash, run.sh]\n    stdin: {_NAME}",
    ),
    _command(
        f"[nice, -n, '5', bash, -eo, pipefail]\n    stdin: {_NAME}",
        7,
        "runs its input",
        f"[nice, -n, '5', bash, -eo, pipefail, run.sh]\n    stdin: {_NAME}",
    ),
    _command(
        f"[env, sh]\n    stdin: {_NAME}",
        7,
        "runs its input",
        f"[env, cat]\n    stdin: {_NAME}",
    ),
    changed("W060", _ENV, "NAME:", "LD_PRELOAD:", 7, "LD_PRELOAD decides", "write it out"),
    changed("W060", _ENV, "NAME:", "PYTHONWARNINGS:", 7, "PYTHONWARNINGS decides", "write it"),
    changed("W060", _ENV, "LC_ALL: C, NAME", "GIT_CONFIG_KEY_0", 7, "GIT_CONFIG", "write it"),
)

AGGREGATES: tuple[Example, ...] = (
    changed("W013", _PICK, "compare", "compair", 9, 'unknown skill "compair"', "compare"),
    changed("W013", _BEST, "[pytest,", "[pytst,", 9, 'unknown gate "pytst"', "pytest"),
    changed("W015", _TREE, "over: all", "over: page", 14, "refers to itself", "earlier")._replace(
        rule="W014"
    ),
    changed("W015", _PICK, "for_each: 3\n    ", "", 7, "not a fan-out", "with for_each"),
    changed("W017", _VOTE, "for_each: 3", "for_each: 0", 4, "for_each 0 is not in", "choose 1"),
    changed("W018", _VOTE, "with: {k: 2}", "with: {k: 2, n: 3}", 10, 'does not take "n"', "remove"),
    changed(
        "W018",
        _VOTE,
        "with: {k: 2}",
        "with: {k: 2}\n    limits: {turns: 2}",
        11,
        "asks no agent",
        "judge and tree-reduce",
    ),
    changed("W018", _OVER, "concat", "concat\n    by: x", 11, '"by" means nothing', "remove"),
    changed("W018", _PICK, "retry: 1", "output: {}", 10, '"output" means nothing', "first-valid"),
    changed("W019", _VOTE, "k: 2", "k: 0", 10, "k 0 is below 1", "1 or more"),
    changed("W091", _VOTE, "    with: {k: 2}\n", "", 6, "quorum needs k", "with: {k: 2}"),
    changed("W091", _VOTE, "k: 2", "k: 2.5", 10, "not a whole number", "k: 2"),
    changed("W091", _VOTE, "    by: ${item.verdict}\n", "", 6, "needs by", "${item.verdict}"),
    changed("W091", _VOTE, "${item.verdict}", "verdict", 9, "an expression over item", "by: ${"),
    changed("W091", _PICK, "by: compare", "by: [compare]", 9, "the skill that", "compare-work"),
    changed("W091", _BEST, "output: {type: object}", "needs: [look]", 9, "without output", "add"),
    changed("W050", _PICK, "compare", "judge", 9, 'has no "better"', "enum"),
    changed("W054", _VOTE, "item.verdict", "item.reason", 9, "a vote on free text", "vote on an"),
    changed("W051", _VOTE, "item.verdict", "item.verdit", 9, "verdit", "verdict"),
)

STEPS: tuple[Example, ...] = (
    *SHELL,
    *AGGREGATES,
    changed("W013", _NEST, "nested", "nestd", 4, 'unknown workflow "nestd"', "nearest: nested"),
    changed("W013", _TWO, "review-security", "odd-tool", 4, 'tool "Gerp"', "nearest: Grep"),
    changed("W013", _TWO, "review-security", "odd-model", 4, 'model "opsu"', "nearest: opus"),
    Example(
        "W015",
        _OVER.replace("skill: review-tests", "run: [ls]").replace("concat", "union-dedup"),
        11,
        "not a fan-out of skills",
        "use concat",
        _OVER.replace("skill: review-tests", "run: [ls]"),
    ),
    changed("W017", _SHARDS, "tokens: 100", "tokens: 0", 8, "tokens 0 is not in", "choose 1"),
    changed("W017", _SHARDS, "most: 9", "most: 5000", 8, "most 5000 is not in", "choose 1"),
    changed("W018", _ENV, "cwd:", "limits: {turns: 1} #", 8, '"limits" means nothing', "skill"),
    changed("W018", _TWO, "look\n    skill", "look\n    env: {}\n    skill", 4, '"env"', "run"),
    changed("W018", _RUN, "run\n", "run\n    output: {}\n", 6, "without parse: json", "parse"),
    changed("W018", _TWO, "needs:", "fallback: 1 #", 7, '"fallback" means nothing', "on_error"),
    changed("W018", _TWO, "needs: [look]", "on_error: fallback", 7, "without a fallback", "add"),
    changed("W019", _TWO, "needs: [look]", "timeout: 0", 7, "timeout 0 is not above", "more"),
    changed("W019", _BUDGET, "usd: 2", "usd: 0", 6, "usd 0 is not above 0", "more than 0"),
    changed(
        "W019",
        _ASK,
        "redo: judge\n",
        "redo: judge\n      redo_limit: 99\n",
        9,
        "99 is not in",
        "1 to",
    ),
    changed("W033", _TWO, "look\n    s", "look\n    needs: [check]\n    s", 4, "→ check →", "one"),
    changed("W034", _NEST, "nested", "loop", 4, "example → loop → example", "remove one"),
    changed("W034", _NEST, "nested", "deep1", 4, "nested 6 deep", "flatter"),
    changed("W042", _ENV, "cwd: src", "cwd: ../x", 8, "leaves the repository", "below the"),
    changed("W042", _ENV, "LC_ALL: C", "'A-B': C", 7, "cannot be a variable", "letters"),
    changed("W042", _RUN, "run: [sh,", "run: [] # [sh,", 6, "no program to run", "write run"),
    changed("W070", _TWO, "gate: p", "when: false\n    gate: p", 6, "always false", "remove"),
    changed("W070", _TWO, "gate: p", "when: ${`1` > `2`}\n    gate: p", 6, "always", "remove"),
    changed("W070", _TWO, "look\n    s", "look\n    when: false\n    s", 8, 'needs "look"', "one"),
    changed("W070", _OVER, "look\n    f", "look\n    when: false\n    f", 12, 'over "look"', "one"),
    changed("W070", _TWO, "skill: review-security", "run: ['false']", 5, "always fails", "when"),
    changed(
        "W080", _BUDGET, "tokens: 9000", "tokens: 4000", 2, "cannot cover 1 agent", "more than"
    ),
    changed("W080", _BUDGET, "tokens: 8000", "tokens: 900", 6, "cannot cover 1 agent", "more than"),
    changed("W080", _BUDGET, "tokens: 8000", "tokens: 10000", 6, "above the 9,000", "or less"),
    changed("W080", _BUDGET, "usd: 2", "usd: 4.5", 6, "4.5 is above the 3", "3 or less"),
    changed("W080", _BUDGET, "timeout: 300", "timeout: 1000", 7, "timeout 1,000", "900 or less"),
    changed("W090", _ASK, "Good?", "' '", 7, "question is empty", "write what"),
    changed("W090", _ASK, "redo: judge", "redo_limit: 2", 8, "without redo", "add redo"),
    changed("W090", _ASK, "redo: judge", "options: [a]", 8, "options mean nothing", "choose"),
    changed("W090", _ASK, "redo: judge", "value: {}", 8, "value means nothing", "answer: value"),
    changed("W090", _CHOOSE, "      options: [a, b]\n", "", 6, "without options", "add options"),
    changed("W090", _CHOOSE, "[a, b]", "[a, a]", 7, "is there twice", "remove one"),
    changed("W090", _CHOOSE, "[a, b]", "a or b", 7, "not a list", "write a list"),
    changed("W090", _VALUE, "      value: {type: integer}\n", "", 6, "without the type", "add"),
    changed("W022", _VALUE, "integer", "string, minimum: 1", 7, "minimum means nothing", "remove"),
    changed("W090", _VALUE, "Which?", "Which?\n      redo: ask", 6, "only an approval", "approve"),
    Example(
        "W090",
        _ASK.replace("skill: judge", "run: [ls]"),
        8,
        "which takes no reason",
        "skill or workflow",
        _ASK,
    ),
    Example(
        "W090",
        _ASK.replace("skill: judge", "workflow: plain\n    with: {goal: x}"),
        9,
        "no input feedback",
        "declare feedback",
        _ASK.replace("skill: judge", "workflow: nested"),
    ),
)
