"""What an agent may use, guessed from the size of its prompt alone."""

from __future__ import annotations

from collections.abc import Callable

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Usage

# A reviewing agent reads its prompt (skill, evidence) again in every turn, with what its tools
# returned; these bounds are wide on purpose and marked as an estimate.
_PROSE_TOKENS = (350, 120)
_TURNS = (3, 10)
_TURN_GROWTH_TOKENS = 1_500
_EVIDENCE_TOKENS = 2_000
_OUTPUT_TOKENS = (600, 3_000)


def guess_usage(
    skill: Skill, is_prose_only: bool, tokens_of: Callable[[str], int]
) -> tuple[Usage, Usage]:
    """What nine agents of ten use at least and at most, as far as a prompt tells."""
    if is_prose_only:
        usage = Usage(_PROSE_TOKENS[0], _PROSE_TOKENS[1], is_estimated=True)
        return usage, usage
    first = tokens_of(skill.body) + _EVIDENCE_TOKENS
    ends = []
    for turns, output in zip(_TURNS, _OUTPUT_TOKENS, strict=True):
        read = turns * first + _TURN_GROWTH_TOKENS * turns * (turns - 1) // 2
        ends.append(Usage(read, output, is_estimated=True))
    return ends[0], ends[1]
