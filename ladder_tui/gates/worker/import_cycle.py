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
from collections import Counter, defaultdict, deque
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

IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+)(?:[ \t]+import\b(.*))?", re.M)
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
        self.directories: dict[str, str] = {}
        self._modules: defaultdict[str, set[str]] = defaultdict(set)
        for found in modules:
            self.directories[found.package] = found.directory
            self._modules[found.package].add(found.module)

    def determine_package_directories(self, package_name: str, file_system: object) -> set[str]:
        """Return the one directory of a package."""
        del file_system
        return {self.directories[package_name]}

    def find_package(
        self, package_name: str, package_directory: str, file_system: object
    ) -> FoundPackage:
        """Return the modules of a package."""
        del file_system
        files = frozenset(ModuleFile(Module(name), 0.0) for name in self._modules[package_name])
        return FoundPackage(package_name, package_directory, files, frozenset())


def find_modules(root: Path, files: Iterable[str]) -> list[Found]:
    """Return a module for every file that an import statement could name."""
    members: defaultdict[Path, list[tuple[Path, str]]] = defaultdict(list)
    for name in files:
        path = root / name
        top = _top_of(root, path)
        if path.suffix == ".py" and "." not in "".join(path.relative_to(top.parent).parts[1:])[:-3]:
            members[top].append((path, name))
    imports = count_imports(path for paths in members.values() for path, _ in paths)
    modules: list[Found] = []
    for top, paths in members.items():
        is_package = top.suffix != ".py" or top.is_dir()
        own = top.name if is_package else top.stem
        prefix = _namespace_of(root, top, imports) if is_package else ""
        # No import statement can name it otherwise, but its modules may import each other.
        package = f"{prefix}{own}" if own.isidentifier() else f"package_{len(modules)}"
        import_root = str(top.parents[prefix.count(".")])
        for path, name in paths:
            inner = list(path.relative_to(top).with_suffix("").parts) if is_package else []
            if inner and inner[-1] == "__init__":
                inner.pop()
            directory = top if is_package else top.with_suffix("")
            module = ".".join([package, *inner])
            modules.append(Found(module, name, package, str(directory), import_root))
    return modules


def _top_of(root: Path, path: Path) -> Path:
    """Return the directory of the top-level package of a file, or the file itself."""
    top = path
    while top != root and (top.parent / "__init__.py").is_file():
        top = top.parent
    return top


def count_imports(paths: Iterable[Path]) -> Counter[str]:
    """Return how often import statements use each dotted name, also as the start of another."""
    counts: Counter[str] = Counter()
    for path in paths:
        text = path.read_bytes().decode("utf-8-sig", "replace")
        for module, names in IMPORT.findall(text):
            parts = module.split(".")
            counts.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
            counts.update(f"{module}.{name}" for name in re.findall(r"\w+", names))
    return counts


def _namespace_of(root: Path, top: Path, imports: Counter[str]) -> str:
    """Return the namespace of a top-level package, with its dot, as most imports name it.

    A namespace package has no ``__init__.py``, so the directory tree does not tell ``src/`` from
    ``company/``.
    """
    prefixes = [""]
    for parent in top.parents:
        if top == root or parent == root or not parent.name.isidentifier():
            break
        prefixes.append(f"{parent.name}.{prefixes[-1]}")
    return max(prefixes, key=lambda prefix: imports[f"{prefix}{top.name}"])


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
        if not left:
            return None
        settings.configure(PACKAGE_FINDER=placed, MODULE_FINDER=placed)
        try:
            return grimp.build_graph(
                *sorted(placed.directories), cache_dir=None, exclude_type_checking_imports=True
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
    """Note all files that do not parse, so that one more build is enough as a rule."""
    for found in modules:
        if str(root / found.path) == error.filename:
            skipped[found.path] = f"syntax error: line {error.lineno}"
            continue
        try:
            ast.parse((root / found.path).read_bytes())
        except SyntaxError as problem:
            skipped[found.path] = f"syntax error: line {problem.lineno}: {problem.msg}"
        except (ValueError, RecursionError, MemoryError):
            continue  # deep nesting: grimp's parser decides


def knots(graph: Graph) -> list[set[str]]:
    """Return the strongly connected sets of two or more modules (Tarjan 1972, iterative)."""
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
                    knot = set(stack[stack.index(node) :])
                    del stack[stack.index(node) :]
                    on_stack -= knot
                    if len(knot) > 1:
                        found.append(knot)
    return found


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
    """Return the answer to a request."""
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
