"""What the heading of a PRD section means, in the many words people use."""

from __future__ import annotations

import re

INTENT = "intent"
SCENARIOS = "scenarios"
NON_GOALS = "non-goals"
REQUIREMENTS = "requirements"
SUCCESS = "success-criteria"
CONSTRAINTS = "constraints"
ASSUMPTIONS = "assumptions"
QUESTIONS = "open-questions"

_WORDS: dict[str, tuple[str, ...]] = {
    INTENT: (
        "intent", "intention", "why", "purpose", "goal", "goals", "objective", "objectives", "aim",
        "problem", "problem statement", "the problem", "overview", "summary", "executive summary",
        "background", "motivation", "context", "introduction", "vision", "rationale", "what",
        "value proposition", "business case", "outcome", "outcomes", "description", "tl dr",
    ),
    SCENARIOS: (
        "user scenarios", "scenarios", "user stories", "user story", "use cases", "user journeys",
    ),
    NON_GOALS: (
        "non goals", "nongoals", "non goal", "non objectives", "out of scope", "not in scope",
        "what we will not do", "what we are not doing", "not doing", "exclusions", "wont do",
        "won t do", "anti goals", "not goals", "explicitly out of scope", "scope exclusions",
    ),
    REQUIREMENTS: (
        "requirements", "requirement", "functional requirements", "requirements list", "features",
        "what changes", "added requirements", "functionality", "specification", "key requirements",
        "non functional requirements", "nonfunctional requirements", "quality requirements",
        "product requirements", "user requirements", "modified requirements", "must haves",
    ),
    SUCCESS: (
        "success criteria", "success criterion", "success metrics", "success measures", "metrics",
        "acceptance criteria", "acceptance", "accepted when", "definition of done", "done when",
        "measurable outcomes", "key results", "kpis", "how we measure success", "measures",
        "success", "exit criteria", "what success looks like", "acceptance tests",
    ),
    CONSTRAINTS: (
        "constraints", "constraint", "limitations", "guardrails", "invariants", "always never",
        "always and never", "technical constraints", "boundaries", "rules", "restrictions",
        "hard constraints", "must not", "design constraints",
    ),
    ASSUMPTIONS: ("assumptions", "assumption", "dependencies", "preconditions"),
    QUESTIONS: ("open questions", "questions", "open issues", "unknowns", "clarifications", "tbd"),
}  # fmt: skip
_KIND_BY_WORDS = {words: kind for kind, many in _WORDS.items() for words in many}

_NUMBER = re.compile(r"^\W*(?:(?:section|chapter|part)\s+)?(?:[0-9]+(?:\.[0-9]+)*|[a-z])[.):]\s+")
_BARE_NUMBER = re.compile(r"^\W*[0-9]+(?:\.[0-9]+)*\s+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\](?!\()|\*\([^()]*\)\*")
_SIGNS = re.compile(r"[^a-z0-9]+")
_JOINT = re.compile(r"\s+and\s+|\s*[/&,+]\s*")


def heading_kinds(title: str) -> tuple[str, ...]:
    """Kinds that a heading names, the first one leading; empty for a heading nobody knows.

    Case, numbering, decoration and remarks in brackets do not count: ``## 3. Success Criteria
    *(mandatory)*`` is ``success-criteria``. ``Goals and non-goals`` names two.
    """
    text = _BRACKETED.sub(" ", title.casefold())
    text = _BARE_NUMBER.sub("", _NUMBER.sub("", text))
    whole = _KIND_BY_WORDS.get(_plain(text))
    if whole:
        return (whole,)
    kinds = [_KIND_BY_WORDS.get(_plain(part), "") for part in _JOINT.split(text)]
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", text.replace("'", "").replace("’", "")).strip()
