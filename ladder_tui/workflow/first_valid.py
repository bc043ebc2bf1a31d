"""The ``first-valid`` aggregate: the first answer, in the order of the agents, that fits.

The order is that of the fan-out, never that in which agents happened to finish: a run and its
repetition choose the same.
"""

from __future__ import annotations

from ladder_tui.gates.schema import check_schema
from ladder_tui.workflow.aggregate import Decision, Desk, Given, Joined, Laws, decided


class FirstValid:
    """Takes the first answer that fits ``output``; without it, the first that is there."""

    laws = Laws(ignores_order=False, counts_votes=False)

    async def join(self, given: Given, desk: Desk) -> Joined:  # noqa: ARG002
        """Choose; where none fits, nothing is decided."""
        misfits: list[str] = []
        for answer in given.answers:
            result = check_schema(answer.output, given.schema or {})
            if result.verdict == "pass":
                passed = f"; before it {', '.join(misfits)} did not fit" if misfits else ""
                return decided(
                    Decision(
                        outcome=answer.output,
                        winner=answer.name,
                        is_decided=True,
                        dissent=tuple(misfits),
                        missing=given.missing,
                        reason=f"{answer.name} is the first that fits{passed}",
                    )
                )
            misfits.append(answer.name)
        reason = f"{', '.join(misfits)} did not fit" if misfits else "there is no answer"
        return decided(Decision(dissent=tuple(misfits), missing=given.missing, reason=reason))
