"""Textual bindings from the action table, and keys that terminals garble."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from ladder_tui.ui.actions import Action

ESCAPED_DIGITS = dict(zip("¡™£¢∞§¶•", "12345678", strict=True))
"""Terminals send ESC 1 … ESC 8 for alt+digit, and Textual 8.2.8 reads them as these characters,
so ``esc`` quickly followed by a digit would type one of them into an editor."""

_NOT_PRIORITY = frozenset({"tab", "shift+tab"})
"""Keys that an editor needs for itself; every other text key acts before the editor sees it."""


def build_bindings(actions: Sequence[Action]) -> list[BindingType]:
    """One binding for each key; what it means is looked up when it is pressed."""
    bindings: dict[tuple[str, bool], BindingType] = {}
    for action in actions:
        for key in action.keys:
            bindings[key, False] = Binding(key, f"press({key!r})", show=False)
        for key in action.text_keys:
            has_priority = key not in _NOT_PRIORITY
            bindings[key, has_priority] = Binding(
                key, f"press({key!r})", show=False, priority=has_priority
            )
    return list(bindings.values())
