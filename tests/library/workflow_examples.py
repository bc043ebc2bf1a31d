"""For every rule of workflow files: a failing example, and the same one repaired."""

from __future__ import annotations

from tests.library.workflow_example import Example
from tests.library.workflow_examples_form import FORM
from tests.library.workflow_examples_route import ROUTES
from tests.library.workflow_examples_step import STEPS
from tests.library.workflow_examples_type import TYPES

EXAMPLES: tuple[Example, ...] = (*FORM, *TYPES, *STEPS, *ROUTES)
