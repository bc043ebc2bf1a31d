"""The one table of actions. Bindings, footer, help, palette and the key reference come from it.

A key is looked up in a context: a pane, one of its areas, and whether the focus types text. In
*list* focus every key of an action acts; in *text* focus only its ``text_keys`` do, which never
collide with those of an editor. Tests fail on a key with two meanings in one context.

To add an action, add one row here and one entry in ``Pane.handlers`` of each pane it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Action(NamedTuple):
    """One thing a person can do."""

    id: str
    """``verb`` for frame-wide actions, ``pane.verb`` for those of one pane."""
    label: str
    """One or two words for footer and palette."""
    help: str
    """What it does, one sentence without a full stop."""
    keys: tuple[str, ...] = ()
    """Keys while a list has the focus; letters act."""
    text_keys: tuple[str, ...] = ()
    """Keys that also act while text is typed."""
    group: str = "Frame"
    panes: tuple[str, ...] = ()
    """Panes it belongs to; empty for all."""
    areas: tuple[str, ...] = ()
    """Areas of those panes that must have the focus; empty for all."""
    footer: int = 0
    """Rank in the footer, lowest first; 0 is not shown there (the palette shows everything)."""
    mouse: str = "commands in the footer"
    """How the mouse does the same, besides the palette."""


class Context(NamedTuple):
    """Where a key is pressed."""

    pane: str
    area: str
    is_text: bool


_OF_FINDING = ("findings", "detail")
_OF_AGENT = ("board", "detail")

ACTIONS: tuple[Action, ...] = (
    # Moving, in every pane.
    Action("move.down", "down", "Next row", ("j", "down"), group="Move", mouse="wheel, click"),
    Action("move.up", "up", "Previous row", ("k", "up"), group="Move", mouse="wheel, click"),
    Action("move.left", "left", "Fold, or left", ("h", "left"), group="Move", mouse="click"),
    Action("move.right", "right", "Unfold, or right", ("l", "right"), group="Move", mouse="click"),
    Action("move.first", "first", "First row", ("g", "home"), group="Move", mouse="scroll bar"),
    Action("move.last", "last", "Last row", ("G", "end"), group="Move", mouse="scroll bar"),
    Action("move.page_down", "page down", "A page down", ("ctrl+d", "pagedown"), group="Move",
           mouse="scroll bar"),
    Action("move.page_up", "page up", "A page up", ("ctrl+u", "pageup"), group="Move",
           mouse="scroll bar"),
    Action("area.next", "next area", "Go to the next area", ("tab",), group="Move",
           mouse="click the area"),
    Action("area.previous", "previous area", "Go to the previous area", ("shift+tab",),
           group="Move", mouse="click the area"),
    Action("field.next", "next field", "Go to the next field of a form", (), ("tab",),
           group="Move", mouse="click the field"),
    Action("field.previous", "previous field", "Go to the previous field of a form", (),
           ("shift+tab",), group="Move", mouse="click the field"),
    Action("open", "open", "Open what the cursor is on", ("enter",), group="Move", footer=10,
           mouse="click the row under the cursor, footer"),
    Action("back", "back", "Clear the filter, unzoom, leave text, or go back", ("escape", "q"),
           ("escape",), group="Move", footer=90, mouse="footer"),
    Action("tab.previous", "previous tab", "Previous tab of the detail", ("[",), group="Move",
           mouse="click the tab"),
    Action("tab.next", "next tab", "Next tab of the detail", ("]",), group="Move",
           mouse="click the tab"),
    # Finding and arranging.
    Action("filter", "filter", "Filter the list, or search in the text", ("/",), ("ctrl+f",),
           group="Find", footer=70, mouse="footer"),
    Action("match.next", "next match", "Next match", ("n",), group="Find"),
    Action("match.previous", "previous match", "Previous match", ("N",), group="Find"),
    Action("sort", "sort", "Change the order", ("s",), group="Find", footer=75,
           mouse="click the column head, footer"),
    Action("facet", "facets", "Change what is shown", ("f",), group="Find", footer=72,
           mouse="footer"),
    Action("mark", "mark", "Mark the row; actions then take all marked rows", ("space",),
           group="Find"),
    Action("layout", "layout", "Layout: list, split, detail", ("\\",), group="Frame", footer=82),
    Action("zoom", "zoom", "Give the focused area the whole pane", ("z",), group="Frame",
           footer=80, mouse="footer"),
    Action("wrap", "wrap", "Wrap long lines or cut them", ("w",), group="Frame"),
    Action("copy", "copy", "Send the current item to the clipboard", ("y",), group="Do"),
    Action("copy.as", "copy as", "Send it in another form, such as a path or Markdown", ("Y",),
           group="Do"),
    # Runs.
    Action("runs.pause", "pause", "Pause the run or let it go on", ("p",), group="Do",
           panes=("runs",), footer=30, mouse="footer"),
    Action("runs.cancel_agent", "cancel agent", "Stop the agent; the others go on", ("x",),
           group="Do", panes=("runs",), areas=_OF_AGENT, footer=32, mouse="footer"),
    Action("runs.stop", "stop run", "Stop the whole run; what is finished stays", ("X",),
           group="Do", panes=("runs",), footer=34, mouse="footer"),
    Action("runs.resume", "resume", "Start the agent over; in a run that stopped, go on with "
           "edited files", ("r",), group="Do", panes=("runs",), footer=20, mouse="footer"),
    Action("runs.interject", "interject", "Tell the agent something before its next turn", ("i",),
           group="Do", panes=("runs",), areas=_OF_AGENT, footer=26, mouse="footer"),
    Action("runs.hold_agent", "hold agent", "Pause one agent or let it go on; the others go on",
           ("H",), group="Do", panes=("runs",), areas=_OF_AGENT, footer=33, mouse="footer"),
    Action("runs.limits", "limits", "Change the limits of the run, the step or the agent", ("L",),
           group="Do", panes=("runs",), footer=35, mouse="footer"),
    Action("runs.view", "steps", "Show the run by its agents or by its steps", ("v",),
           group="Find", panes=("runs",), areas=(*_OF_AGENT, "steps", "step"), footer=71,
           mouse="footer"),
    Action("runs.agents", "its agents", "Go to the agents of the step", ("o",), group="Do",
           panes=("runs",), areas=("steps", "step"), footer=24, mouse="click a slot, footer"),
    Action("runs.promote", "to skill", "Make the agent's prompt, as it was in the run, a skill",
           ("P",), group="Do", panes=("runs",), areas=_OF_AGENT),
    Action("changes", "changes", "Read what the agents changed; accept, reject or leave it",
           ("C",), group="Do", panes=("runs", "validation"), footer=26, mouse="footer"),
    # Files.
    Action("create", "new", "Write a new one", ("c",), group="Do", footer=36, mouse="footer"),
    Action("edit", "edit", "Edit it here where there is an editor, else in your own", ("e",),
           group="Do", footer=38, mouse="footer, click the text"),
    Action("editor", "$EDITOR", "Open the file in VISUAL or EDITOR", ("E",), ("f4",),
           group="Do", footer=40, mouse="footer"),
    Action("save", "save", "Save what you typed", ("S",), ("f2", "ctrl+s"), group="Do", footer=5,
           mouse="footer"),
    # Workflows.
    Action("workflows.inputs", "inputs", "Go to the fields of the launch form", ("i",),
           group="Do", panes=("workflows",), areas=("list",), footer=12, mouse="click a field"),
    Action("workflows.start", "start", "Start the workflow with the values of its form", ("r",),
           group="Do", panes=("workflows",), mouse="[ start ] under the form"),
    Action("workflows.skill", "skill", "Go to the skill of the step under the cursor", ("o",),
           group="Do", panes=("workflows",), areas=("detail",), footer=24, mouse="footer"),
    # Skills.
    Action("skills.workflow", "workflow", "Go to the workflow that uses the skill", ("o",),
           group="Do", panes=("skills",), footer=24, mouse="footer, click its name"),
    Action("skills.trust", "trust", "Show what the repository brings, and trust it", ("a",),
           group="Do", panes=("skills",), footer=14, mouse="click untrusted, footer"),
    Action("skills.diff", "diff", "Versions, and what changed between two of them", ("d",),
           group="Find", panes=("skills",), footer=42, mouse="click the tab, footer"),
    Action("skills.preview", "preview", "Read the skill", ("v",), group="Find",
           panes=("skills",), mouse="click the tab"),
    Action("skills.lint", "lint", "What is wrong with it, and what listings keep of it", ("L",),
           group="Find", panes=("skills",), mouse="click the tab or the marks"),
    Action("skills.budget", "budget", "What each listing keeps and cuts, what vanishes first",
           ("b",), group="Find", panes=("skills",), footer=78, mouse="footer, click in lint"),
    Action("skills.duplicate", "duplicate", "Copy it into the repository under another name",
           ("C",), group="Do", panes=("skills",), footer=44),
    Action("skills.split", "split off", "Make the section at the editor's cursor a skill", ("x",),
           group="Do", panes=("skills",), footer=46),
    Action("skills.add", "add", "Add skills from a folder or a git address", ("i",),
           group="Do", panes=("skills",), footer=48),
    Action("skills.update", "update", "Look for a newer version where it was added from", ("U",),
           group="Do", panes=("skills",), footer=50),
    Action("skills.delete", "delete", "Move it to the trash; u brings it back", ("D",),
           group="Do", panes=("skills",), footer=52),
    Action("skills.undo", "undo", "Bring back what was deleted last", ("u",),
           group="Do", panes=("skills",), footer=22),
    # Validation.
    Action("validation.accept", "accept", "Accept the finding: it is right and to be fixed", ("a",),
           group="Do", panes=("validation",), areas=_OF_FINDING, footer=20,
           mouse="footer"),
    Action("validation.dismiss", "dismiss", "Dismiss the finding with a reason, in later runs too",
           ("R",), group="Do", panes=("validation",), areas=_OF_FINDING, footer=22,
           mouse="footer"),
    Action("validation.origin", "agent", "Go to the agent that said it", ("o",), group="Do",
           panes=("validation",), areas=_OF_FINDING, footer=24, mouse="footer"),
    Action("validation.undo", "undo", "Take the last decision back", ("u",), group="Do",
           panes=("validation",), footer=26, mouse="footer"),
    Action("validation.changed", "changed only", "Only findings on changed lines, or all", ("d",),
           group="Find", panes=("validation",), footer=74, mouse="footer"),
    # Everywhere.
    Action("answer", "answer", "Answer the question that waits longest", ("!",), ("ctrl+g",),
           group="Do", footer=3, mouse="message line, header"),
    Action("palette", "commands", "Palette: actions, panes, runs, skills, workflows", (":",),
           ("ctrl+p",), footer=98, mouse="footer"),
    Action("help", "help", "Keys of this pane", ("?",), ("f1",), footer=99, mouse="footer"),
    Action("messages", "messages", "All messages of this session", ("M",),
           mouse="click the message line"),
    Action("quit", "quit", "Leave Ladder; runs go on. At the top of a pane q q does the same",
           (), ("ctrl+q",), mouse="commands in the footer"),
    Action("selection.copy", "copy selection", "Copy selected text; never stops anything",
           (), ("ctrl+c",), mouse="drag selects"),
)  # fmt: skip


def pane_action(pane: str, key: str, title: str) -> Action:
    """The action that opens a pane by its digit."""
    return Action(
        f"pane.{pane}", title, f"Open {title}", (key,), group="Panes", mouse="click the tab"
    )


def applies(action: Action, context: Context) -> bool:
    """True where the action belongs to the pane and area of the context."""
    if action.panes and context.pane not in action.panes:
        return False
    return not action.areas or context.area in action.areas


def keys_of(action: Action, *, is_text: bool) -> tuple[str, ...]:
    """The keys that act in the given focus."""
    return action.text_keys if is_text else action.keys + action.text_keys


def find_action(actions: Sequence[Action], key: str, context: Context) -> Action | None:
    """The action a key means in a context, or None.

    In list focus a list key wins over a text key of another action (``tab``).
    """
    candidates = [a for a in actions if applies(a, context)]
    if not context.is_text:
        for action in candidates:
            if key in action.keys:
                return action
    for action in candidates:
        if key in action.text_keys:
            return action
    return None


_SHOWN = {
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
}
_SHOWN_ASCII = {"down": "down", "up": "up", "left": "left", "right": "right"}


def show_key(key: str, *, is_ascii: bool = False) -> str:
    """A key as people read it: ``esc``, ``pgdn``, ``ctrl+p``."""
    if is_ascii and key in _SHOWN_ASCII:
        return _SHOWN_ASCII[key]
    return _SHOWN.get(key, key)
