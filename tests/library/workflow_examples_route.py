"""Examples of rules about the models of a step."""

from __future__ import annotations

from tests.library.workflow_example import HEAD, STEP, Example, changed

_TIER = HEAD + STEP + "    tier: fast\n    escalate:\n      to: best\n      'on': [schema]\n"
_SURE = HEAD + "steps:\n  - id: look\n    skill: sure\n    escalate:\n"
_SURE += "      'on': [confidence]\n      confidence: 0.6\n"

ROUTES: tuple[Example, ...] = (
    changed("W085", _TIER, "escalate", "model: local\n    escalate", 6, "not both", "remove one"),
    changed("W085", _TIER, "to: best", "to: fast", 7, "starts at tier", "lower tier"),
    changed("W085", _TIER, "[schema]", "[]", 8, "nothing makes it go up", "name schema"),
    changed("W085", _SURE, "0.6", "7", 7, "not above 0 and at most 1", "0.7"),
    changed("W085", _SURE, "[confidence]", "[gate]", 7, "does not name confidence", "add"),
    changed("W085", _SURE, "sure", "judge", 6, "has no field confidence", "add the field"),
)
