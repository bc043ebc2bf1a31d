from __future__ import annotations

import gc

from ladder_tui.ui.collection import pause_collection, resume_collection


def test_what_was_made_in_a_pause_is_walked_no_more() -> None:
    before = gc.get_freeze_count()
    pause_collection()
    try:
        assert not gc.isenabled()
    finally:
        resume_collection()
    assert gc.isenabled()
    assert gc.get_freeze_count() > before
    gc.unfreeze()


def test_without_a_pause_nothing_is_kept() -> None:
    before = gc.get_freeze_count()
    resume_collection()
    assert gc.isenabled()
    assert gc.get_freeze_count() == before
