"""Find import cycles with grimp. Nothing of the repository is imported or put on ``sys.path``.

Request ``{"root", "files"}``; answer ``{"cycles": [{"edges": [{"path", "line", "importer",
"imported"}], "knot"}], "skipped": [{"path", "reason"}]}``. ``knot`` is the number of modules that
reach each other around the cycle.

Grimp would find a package through ``sys.path``; a repository with a package named ``json`` would
then be taken for the standard library, and imported code could run. So it is told where packages
are and which modules they have. A module outside of any package is a package of one module.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grimp
from grimp.application.config import settings
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain.valueobjects import Module
from grimp.exceptions import SourceSyntaxError

MAX_DROPPED = 50
"""Files with errors that only grimp's parser sees and that are left out one by one."""

MAX_STARTS = 400
"""Modules of one knot that a shortest cycle is looked for from; a knot of 1,000 takes 2 s."""

Graph = dict[str, list[str]]


@dataclass(frozen=True)
class Found:
    """A module, where it is, and the package and import root it belongs to."""

    module: str
    path: str
    package: str
    directory: str
    import_root: str


class Placed:
    """Grimp's package finder and module finder, both from what is known already."""

    def __init__(self, modules: Iterable[Found]) -> None:
        self._directories: dict[str, str] = {}
        self._modules: defaultdict[str, set[str]] = defaultdict(set)
        for found in modules:
            self._directories[found.package] = found.directory
            self._modules[found.package].add(found.module)

    @property
    def names(self) -> list[str]:
        """Names of all packages."""
        return sorted(self._directories)

    def determine_package_directories(self, package_name: str, file_system: object) -> set[str]:
        """Return the one directory of a package."""
        del file_system
        return {self._directories[package_name]}

    def find_package(
        self, package_name: str, package_directory: str, file_system: object
    ) -> FoundPackage:
        """Return the modules of a package."""
        del file_system
        files = frozenset(ModuleFile(Module(name), 0.0) for name in self._modules[package_name])
        return FoundPackage(package_name, package_directory, files, frozenset())


def find_modules(root: Path, files: Iterable[str]) -> list[Found]:
    """Return a module for every file that an import statement could name."""
    prefixes: dict[Path, str] = {}
    members: defaultdict[Path, list[tuple[Path, str]]] = defaultdict(list)
    for name in files:
        path = root / name
        stem = path.stem
        if path.suffix == ".py" and "." not in stem and not stem.startswith("."):
            members[_top_of(root, path)].append((path, name))
    modules = []
    for top, paths in members.items():
        prefix = prefixes.setdefault(top, _namespace_of(root, top, [p for p, _ in paths]))
        package = f"{prefix}.{top.stem}" if prefix else top.stem
        depth = len(prefix.split(".")) if prefix else 0
        import_root = str(top.parents[depth])
        directory = str(top.with_suffix("")) if top.suffix else str(top)
        for path, name in paths:
            inner = [] if top.suffix else list(path.relative_to(top).with_suffix("").parts)
            if inner and inner[-1] == "__init__":
                inner.pop()
            module = ".".join([package, *inner])
            modules.append(Found(module, name, package, directory, import_root))
    return modules


def _top_of(root: Path, path: Path) -> Path:
    """Return the directory of the top-level package of a file, or the file itself."""
    top = path
    while top.parent != root and (top.parent / "__init__.py").is_file():
        top = top.parent
    if top == path and path.name == "__init__.py":  # the root of the repository is the package
        return path.parent
    return top


def _namespace_of(root: Path, top: Path, paths: list[Path]) -> str:
    """Return the dotted namespace that the sources themselves put before a top-level package.

    A namespace package has no ``__init__.py``, so the directory tree does not tell ``src/`` from
    ``company/``: the longest prefix that any import statement of the package uses is taken.
    """
    if top.suffix:
        return ""
    parents: list[str] = []
    for parent in top.parents:
        if parent == root or not parent.name.isidentifier():
            break
        parents.insert(0, parent.name)
    for start in range(len(parents)):
        prefix = ".".join(parents[start:])
        used = re.compile(
            rf"^\s*(?:from|import)\s+{re.escape(prefix)}\.{re.escape(top.name)}\b", re.M
        )
        if any(used.search(_read(path)) for path in paths):
            return prefix
    return ""


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig", "replace")


def rounds(modules: list[Found]) -> list[list[Found]]:
    """Return sets of modules in which each package name means one directory.

    The first holds all packages whose name is unique. Where names clash (``examples/a/main.py``,
    ``examples/b/main.py``) each import root makes a round of its own.
    """
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for found in modules:
        owners[found.package].add(found.directory)
    clashing = {found.import_root for found in modules if len(owners[found.package]) > 1}
    unique = [found for found in modules if len(owners[found.package]) == 1]
    local = [[f for f in modules if f.import_root == place] for place in sorted(clashing)]
    return [part for part in (unique, *local) if part]


def build(modules: list[Found], root: Path, skipped: dict[str, str]) -> Any:
    """Return grimp's graph; files that do not parse are noted and left out."""
    left = [found for found in modules if found.path not in skipped]
    for _ in range(MAX_DROPPED):
        placed = Placed(left)
        if not placed.names:
            return None
        settings.configure(PACKAGE_FINDER=placed, MODULE_FINDER=placed)
        try:
            return grimp.build_graph(
                *placed.names, cache_dir=None, exclude_type_checking_imports=True
            )
        except SourceSyntaxError as error:
            before = len(left)
            _note_broken(left, root, error, skipped)
            left = [found for found in left if found.path not in skipped]
            if len(left) == before:
                raise
    raise SystemExit(f"more than {MAX_DROPPED} files do not parse")


def _note_broken(
    modules: list[Found], root: Path, error: SourceSyntaxError, skipped: dict[str, str]
) -> None:
    """Note every file that does not parse, so that one more build is enough as a rule."""
    for found in modules:
        if str(root / found.path) == error.filename:
            skipped[found.path] = f"syntax error: line {error.lineno}"
            continue
        try:
            ast.parse(_read(root / found.path))
        except SyntaxError as problem:
            skipped[found.path] = f"syntax error: line {problem.lineno}: {problem.msg}"
        except (ValueError, RecursionError, MemoryError):
            continue  # deep nesting: grimp's parser decides


def knots(graph: Graph) -> list[set[str]]:
    """Return the strongly connected sets of more than one module (Tarjan 1972, iterative)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[set[str]] = []
    for start in sorted(graph):
        todo = [(start, iter(graph[start]))] if start not in index else []
        while todo:
            node, targets = todo[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            for target in targets:
                if target not in index:
                    todo.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[node])
                if low[node] == index[node]:
                    knot = _pop_until(stack, on_stack, node)
                    if len(knot) > 1:
                        found.append(knot)
    return found


def _pop_until(stack: list[str], on_stack: set[str], node: str) -> set[str]:
    knot: set[str] = set()
    while node not in knot:
        member = stack.pop()
        on_stack.discard(member)
        knot.add(member)
    return knot


def shortest_cycle(graph: Graph, knot: set[str], start: str) -> tuple[str, ...]:
    """Return the modules of a shortest cycle through ``start``, the least name first."""
    before: dict[str, str] = {}
    todo = deque([start])
    while todo:
        node = todo.popleft()
        for target in graph[node]:
            if target == start:
                cycle = [node]
                while cycle[-1] != start:
                    cycle.append(before[cycle[-1]])
                cycle.reverse()
                least = cycle.index(min(cycle))
                return tuple(cycle[least:] + cycle[:least])
            if target in knot and target not in before:
                before[target] = node
                todo.append(target)
    return ()


def independent_cycles(graph: Graph, knot: set[str]) -> list[tuple[str, ...]]:
    """Return short cycles of a knot that share no import, shortest first.

    All cycles of a knot can be exponentially many; those that share an import end with it.
    """
    starts = sorted(knot)[:MAX_STARTS]
    cycles = {shortest_cycle(graph, knot, start) for start in starts}
    used: set[tuple[str, str]] = set()
    chosen = []
    for cycle in sorted(cycles, key=lambda names: (len(names), names)):
        edges = set(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
        if used.isdisjoint(edges):
            used |= edges
            chosen.append(cycle)
    return chosen


def describe(graph: Any, cycle: tuple[str, ...], paths: dict[str, str]) -> list[dict[str, object]]:
    """Return the edges of a cycle with the place of an import for each."""
    edges = []
    for importer, imported in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
        details = graph.get_import_details(importer=importer, imported=imported)
        line = min((detail["line_number"] for detail in details), default=1)
        edges.append(
            {"path": paths[importer], "line": line, "importer": importer, "imported": imported}
        )
    return edges


def answer(root: Path, files: list[str]) -> dict[str, object]:
    """Return the answer to one request."""
    skipped: dict[str, str] = {}
    cycles: dict[tuple[str, ...], dict[str, object]] = {}
    for modules in rounds(find_modules(root, files)):
        built = build(modules, root, skipped)
        if built is None:
            continue
        paths = {found.module: found.path for found in modules}
        graph = {
            name: sorted(built.find_modules_directly_imported_by(name) & paths.keys())
            for name in sorted(built.modules & paths.keys())
        }
        for knot in knots(graph):
            for cycle in independent_cycles(graph, knot):
                edges = describe(built, cycle, paths)
                key = tuple(str(edge["path"]) for edge in edges)
                cycles.setdefault(key, {"edges": edges, "knot": len(knot)})
    broken = [{"path": path, "reason": reason} for path, reason in sorted(skipped.items())]
    return {"cycles": list(cycles.values()), "skipped": broken}


def main() -> None:
    """Answer the request on stdin."""
    request = json.load(sys.stdin)
    json.dump(answer(Path(request["root"]), request["files"]), sys.stdout)


if __name__ == "__main__":
    main()
