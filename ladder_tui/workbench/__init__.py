"""The facade that the terminal UI and the command line hold."""

from ladder_tui.workbench.option import PlannedAgent, Preflight, RunOptions
from ladder_tui.workbench.workbench import Workbench

__all__ = ["PlannedAgent", "Preflight", "RunOptions", "Workbench"]
