from __future__ import annotations

import gc

from ladder_tui.ui.collection import lasting, pause_collection, resume_collection


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


def test_what_lasts_is_walked_no_more() -> None:
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        made = [[number] for number in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() > before + len(made) // 2


def test_what_lasts_leaves_a_pause_of_the_start_alone() -> None:
    pause_collection()
    with lasting():
        pass
    assert not gc.isenabled()
    resume_collection()


def test_the_start_may_end_while_what_lasts_is_made() -> None:
    pause_collection()
    with lasting():
        resume_collection()
        before = gc.get_freeze_count()
        made = [[number] for number in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() > before + len(made) // 2
