"""Typed identifiers."""

from typing import NewType

RunId = NewType("RunId", str)
"""Sortable unique id of one run, for example ``r-20261123-021500-4f2a``."""

StepId = NewType("StepId", str)
"""Id of a step as written in its workflow file. Steps of a nested workflow are below the step that
runs it: ``checks/lint``, in a fan-out ``checks/api/lint``."""

AgentId = NewType("AgentId", str)
"""Call site of an agent inside its run: ``step/item``, for example ``specialists/security``."""

CommandId = NewType("CommandId", int)
"""Row id of a command sent to a runner; applied once."""

QuestionId = NewType("QuestionId", str)
"""Place of a question in its run: its step and round, for example ``approve_plan#1``."""
