"""The action table: one meaning per key and context, nothing secret, nothing forbidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from ladder_tui.ui.actions import ACTIONS, Action, Context, applies, find_action, pane_action
from ladder_tui.ui.panes.registry import PANES

ALL: tuple[Action, ...] = (*(pane_action(p.id, p.key, p.title) for p in PANES), *ACTIONS)
NEVER = {
    *(f"ctrl+{letter}" for letter in "imhab"), "ctrl+[", "ctrl+left_square_bracket",
    *(f"ctrl+{digit}" for digit in range(10)), "f10", "f11",
}  # fmt: skip
OF_EDITORS = {*(f"ctrl+{letter}" for letter in "zykuwdexv"), "f6", "f7"}


def contexts() -> Iterator[Context]:
    """Every pane with every area that an action names, and one that none names."""
    for pane in PANES:
        areas = {area for a in ACTIONS if pane.id in a.panes for area in a.areas}
        for area in ("", *sorted(areas)):
            yield Context(pane.id, area, False)
            yield Context(pane.id, area, True)


@pytest.mark.parametrize("context", list(contexts()), ids=str)
def test_a_key_has_one_meaning_in_a_context(context: Context) -> None:
    here = [a for a in ALL if applies(a, context)]
    field = "text_keys" if context.is_text else "keys"
    counts = Counter(key for action in here for key in getattr(action, field))
    assert [key for key, count in counts.items() if count > 1] == []


def test_a_list_key_wins_over_a_text_key_in_a_list_only() -> None:
    in_list = find_action(ACTIONS, "tab", Context("runs", "history", False))
    in_text = find_action(ACTIONS, "tab", Context("runs", "history", True))
    assert in_list is not None
    assert in_text is not None
    assert (in_list.id, in_text.id) == ("area.next", "field.next")
    assert find_action(ACTIONS, "x", Context("runs", "board", True)) is None


def test_ids_are_unique_and_every_action_says_what_it_does() -> None:
    assert Counter(a.id for a in ALL).most_common(1)[0][1] == 1
    for action in ALL:
        assert action.help, action.id
        assert action.label, action.id
        assert not action.help.endswith("."), action.id
        assert action.mouse, action.id
        assert action.keys or action.text_keys, action.id


def test_forbidden_keys_are_not_bound() -> None:
    for action in ALL:
        assert not NEVER & {*action.keys, *action.text_keys}, action.id
        assert not OF_EDITORS & set(action.text_keys), action.id


def test_fragile_keys_are_never_the_only_way() -> None:
    for action in ALL:
        keys = {*action.keys, *action.text_keys}
        fragile = {k for k in keys if k in ("ctrl+s", "shift+enter") or k.startswith(("alt+", "f"))}
        fragile = {k for k in fragile if len(k) > 1}
        if fragile:
            assert keys - fragile, action.id


def test_digits_open_the_panes_and_keep_their_numbers() -> None:
    numbers = {"prds": "3", "skills": "4", "workflows": "5", "runs": "6", "validation": "7"}
    for spec in PANES:
        assert spec.key == numbers[spec.id]
    assert [spec.key for spec in PANES] == sorted(spec.key for spec in PANES)


def test_pane_rows_name_panes_that_exist() -> None:
    known = {spec.id for spec in PANES}
    for action in ACTIONS:
        assert set(action.panes) <= known, action.id
