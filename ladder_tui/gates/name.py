"""The names of all gates, for those who check a name without running anything."""

from __future__ import annotations

SCHEMA_GATE = "schema"
"""The gate that looks at an output instead of a scope: ``gates.schema.check_schema``."""

GATE_NAMES: frozenset[str] = frozenset(
    {
        SCHEMA_GATE,
        "assertion-free-tests",
        "codespell",
        "cognitive-complexity",
        "import-cycles",
        "pytest",
        "ruff-complexity",
        "ruff-docstrings",
        "ruff-performance",
        "ruff-pytest",
        "ruff-security",
    }
)
"""Names that skills and workflows may use: those of ``registry.GATES``, and ``schema``. Written
down, because the gates themselves import the machinery that runs them."""
