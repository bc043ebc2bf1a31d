"""The panes that exist, in the order of their digits. A pane is imported when first opened."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ladder_tui.ui.pane_spec import PaneSpec
from ladder_tui.ui.panes.pane import Pane

PANES: tuple[PaneSpec, ...] = (
    PaneSpec("prds", "3", "PRDs", "PRD", "ladder_tui.ui.panes.prds", "PrdsPane"),
    PaneSpec("skills", "4", "Skills", "Skl", "ladder_tui.ui.panes.skills", "SkillsPane"),
    PaneSpec(
        "workflows", "5", "Workflows", "Flw", "ladder_tui.ui.panes.workflows", "WorkflowsPane"
    ),
    PaneSpec("runs", "6", "Runs", "Run", "ladder_tui.ui.panes.runs", "RunsPane"),
    PaneSpec(
        "validation", "7", "Validation", "Val", "ladder_tui.ui.panes.validation", "ValidationPane"
    ),
)

FIRST_PANE = "workflows"
"""The first screen, as long as the Ladder page does not exist."""


def open_pane(spec: PaneSpec) -> Pane:
    """Import and make a pane."""
    factory = getattr(import_module(spec.module), spec.class_name)
    return cast(Pane, factory())


def first_pane(panes: tuple[PaneSpec, ...] = PANES) -> PaneSpec:
    """The pane of the first screen."""
    return next((spec for spec in panes if spec.id == FIRST_PANE), panes[0])
