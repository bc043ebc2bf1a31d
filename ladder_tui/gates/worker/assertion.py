"""Find test functions that assert nothing: they pass as long as nothing is raised.

Request ``{"root", "files"}``; answer ``{"tests": [{"path", "line", "name", "kind"}], "seen",
"skipped": [{"path", "reason"}]}``. ``seen`` counts all test functions; ``tests`` are those that
are ``empty``, ``constant`` (only asserts what is always true) or ``bare``.

What counts as an assertion: ``assert`` and ``raise``; a call whose name says that it checks;
``pytest.raises`` and ``warns``; ``check=True``; a snapshot fixture; and a call of a function of
the test code that itself asserts, found by name: in the same file, imported, or inherited.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

CHECKS = re.compile(
    r"^_*(?:assert|check|verify|expect|ensure|validate|should|must|require|compare|fail|raises"
    r"|warns|deprecated_call|skip|xfail|importorskip|exact_match|matches)|_(?:assert|check|verify"
    r"|raises|warns)(?:_|$)|^(?:eq|ne|ok|is|in|le|lt|ge|gt|not_in|is_not|is_true|is_false)_*$"
)
"""Names of functions that check; the last group is the nose and SQLAlchemy style (``eq_``)."""

SHORT = re.compile(r"^(?:ok|is|in|eq|ne|le|lt|ge|gt)$")
"""Without their underscore these are too short to mean anything."""

SNAPSHOT = re.compile(r"(?:^|_)snap(?:shot|_compare)?(?:_|$)|_regression$|^benchmark$|^snapshot")
FIXTURE_NAMES = frozenset({"fixture", "yield_fixture"})
TEST_MODULE = re.compile(r"^(?:tests?|tests?_.*|.*_tests?)$")
TEST_NAME = re.compile(r"^test(?:_|[A-Z0-9]|$)")
TEST_CLASS = re.compile(r"^Test|Tests?$|TestCase$|TestBase$")
"""What pytest and unittest collect by default, and what inherits from it by its name."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Function:
    """A function of the test code and what its body shows."""

    name: str
    line: int
    owner: str
    """Class it is a method of, empty for a function."""
    is_test: bool
    asserts: bool
    kind: str
    plain_calls: set[str] = field(default_factory=set)
    dotted_calls: set[tuple[str, str]] = field(default_factory=set)
    """What it is called on (``self``, a module), and the name."""
    imported: set[str] = field(default_factory=set)


@dataclass
class TestModule:
    """A parsed test file."""

    path: str
    functions: list[Function]
    imported: set[str]


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name, '' for anything else."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def says_check(name: str) -> bool:
    """Say whether a function of this name checks something."""
    return bool(CHECKS.search(name)) and not SHORT.match(name)


def is_constant(test: ast.expr) -> bool:
    """Say whether an asserted expression is true whatever the code does."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.left, ast.Name):
        right = test.comparators[0]
        is_same = isinstance(right, ast.Name) and right.id == test.left.id
        return is_same and isinstance(test.ops[0], ast.Eq | ast.Is)
    return False


def read_function(node: FunctionNode, owner: str, *, may_test: bool) -> Function:
    """Return what a function shows, nested functions included."""
    decorators = {name_of(decorator) for decorator in node.decorator_list}
    is_test = may_test and bool(TEST_NAME.match(node.name)) and FIXTURE_NAMES.isdisjoint(decorators)
    found = Function(node.name, node.lineno, owner, is_test, asserts=False, kind="bare")
    arguments = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    found.asserts = any(map(says_check, decorators)) or any(map(SNAPSHOT.search, arguments))
    has_constant = False
    for inner in walk_body(node):
        if isinstance(inner, ast.Call):
            note_call(found, inner)
        elif isinstance(inner, ast.Assert):
            has_constant |= is_constant(inner.test)
            found.asserts |= not is_constant(inner.test)
        elif isinstance(inner, ast.Raise):
            found.asserts = True
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            found.imported |= names_of(inner)
        if found.asserts:
            break
    if has_constant:
        found.kind = "constant"
    elif is_empty(node):
        found.kind = "empty"
    return found


def walk_body(node: FunctionNode) -> Iterator[ast.AST]:
    """Yield all nodes of a body, without recursion."""
    todo: list[ast.AST] = list(reversed(node.body))
    while todo:
        inner = todo.pop()
        yield inner
        todo.extend(ast.iter_child_nodes(inner))


def names_of(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the names that an import statement binds."""
    return {alias.asname or alias.name.split(".")[0] for alias in node.names}


def note_call(found: Function, call: ast.Call) -> None:
    """Note what one call says: that it checks, or the name to look up."""
    name = name_of(call.func)
    if says_check(name) or any(
        keyword.arg == "check" and getattr(keyword.value, "value", None) is True
        for keyword in call.keywords
    ):
        found.asserts = True
    if isinstance(call.func, ast.Name):
        found.plain_calls.add(name)
    elif isinstance(call.func, ast.Attribute):
        found.dotted_calls.add((name_of(call.func.value), name))


def is_empty(node: FunctionNode) -> bool:
    """Say whether a body does nothing at all."""
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in node.body
    )


def read_module(path: str, text: str) -> TestModule:
    """Parse a test file. Raises SyntaxError, ValueError, RecursionError or MemoryError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    is_test_module = bool(TEST_MODULE.match(Path(path).stem))
    imported: set[str] = set()
    functions: list[Function] = []
    todo: list[tuple[ast.AST, str, bool]] = [(tree, "", is_test_module)]
    while todo:
        parent, owner, may_test = todo.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, FunctionNode):
                functions.append(read_function(node, owner, may_test=may_test))
            elif isinstance(node, ast.ClassDef):
                names = (node.name, *map(name_of, node.bases))
                is_tests = any(map(TEST_CLASS.search, names))
                todo.append((node, node.name, is_test_module and is_tests))
            elif isinstance(node, ast.Import | ast.ImportFrom):
                imported |= names_of(node)
            elif isinstance(node, ast.stmt):
                todo.append((node, owner, may_test))
    return TestModule(path, functions, imported)


def spread_assertions(modules: list[TestModule]) -> None:
    """Let functions that call an asserting function assert too, until nothing changes."""
    while True:
        anywhere = {f.name for module in modules for f in module.functions if f.asserts}
        is_changed = False
        for module in modules:
            here = {f.name for f in module.functions if f.asserts}
            for function in module.functions:
                if function.asserts:
                    continue
                imported = module.imported | function.imported
                owners = imported | {"self", "cls", "super"}
                function.asserts = any(
                    name in here or (name in anywhere and name in imported)
                    for name in function.plain_calls
                ) or any(
                    owner in owners and name in anywhere for owner, name in function.dotted_calls
                )
                is_changed |= function.asserts
        if not is_changed:
            return


def answer(root: Path, files: Iterable[str]) -> dict[str, object]:
    """Return the answer to one request."""
    modules: list[TestModule] = []
    skipped: list[dict[str, str]] = []
    for name in files:
        try:
            modules.append(read_module(name, (root / name).read_bytes().decode("utf-8-sig")))
        except SyntaxError as error:
            reason = f"syntax error: line {error.lineno}: {error.msg}"
            skipped.append({"path": name, "reason": reason})
        except (RecursionError, MemoryError):
            skipped.append({"path": name, "reason": "nested too deeply"})
        except (OSError, ValueError) as error:
            skipped.append({"path": name, "reason": f"cannot be read: {error}"})
    spread_assertions(modules)
    tests = [(module.path, f) for module in modules for f in module.functions if f.is_test]
    told = [
        {"path": path, "line": f.line, "name": f.name, "kind": f.kind}
        for path, f in tests
        if not f.asserts
    ]
    return {"tests": told, "seen": len(tests), "skipped": skipped}


def main() -> None:
    """Answer the request on stdin."""
    request = json.load(sys.stdin)
    json.dump(answer(Path(request["root"]), request["files"]), sys.stdout)


if __name__ == "__main__":
    main()
