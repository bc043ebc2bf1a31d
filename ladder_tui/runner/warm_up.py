"""Brings in what is imported late, so that nothing of a run depends on files that may change."""

from __future__ import annotations

import gc

from ladder_tui.domain.model import ModelChoice
from ladder_tui.models.price import is_priced
from ladder_tui.models.token import count_tokens


def warm_up(choice: ModelChoice) -> None:
    """Import tokenizer and prices, which are deferred elsewhere; the model's client is open by now.

    An upgrade of Ladder under a runner then changes nothing for it. What is loaded stays for the
    whole run, so the garbage collector need not walk it again.
    """
    count_tokens("warm up")
    is_priced(choice)
    gc.collect()
    gc.freeze()
