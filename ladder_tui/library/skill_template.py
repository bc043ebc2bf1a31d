"""What a new skill, agent or command begins as. Each passes the lint as it is."""

from __future__ import annotations

from ladder_tui.domain.skill import SkillKind

_SKILL = """\
---
name: {name}
# What it does and when to use it, at most 1,024 characters: it is all that a model sees of the
# skill before it is used, so name the words that people use for the task.
description: Says what {words} does. Use it when somebody asks for {words}.
# What it may use, also with rules: Read(docs/**). Without the line Ladder gives Read, Grep, Glob.
allowed-tools: Read Grep Glob
---
# {title}

Say here what the agent is to do, as you would tell a colleague who is new: the goal first, then
what makes the result good, then what to leave alone.

## Steps

1. Read what the task names, and what it touches.
2. Do the work in small steps, and check each one.
3. Say what you did, what you left, and why.

## Result

Name the form of the result: a list of findings with path and line, a patch, or a summary.
Longer material belongs into `references/`, which is read only when it is needed. Typed inputs and
outputs, and other skills that this one uses, go into a `ladder.yaml` beside this file.
"""

_AGENT = """\
---
name: {name}
# When to hand a task to this agent: it is all that others see of it.
description: Says what {words} is for. Use it when somebody asks for {words}.
# Without this line Claude Code gives all tools and Ladder gives Read, Grep, Glob.
tools: Read, Grep, Glob
# haiku, sonnet, opus, or inherit for the model of whoever calls it.
model: inherit
---
# {title}

You are a specialist for one kind of task. Say here what that task is, and what makes it done well.

## Steps

1. Read what the task names, and what it touches.
2. Do the work in small steps, and check each one.
3. Answer with what you found or changed, by path and line.
"""

_COMMAND = """\
---
# What the command does, as lists of commands show it.
description: Says what {words} does.
# What to type after its name.
argument-hint: "[path]"
# What it may use, separated by commas.
allowed-tools: Read, Grep, Glob
---
# {title}

Do what this command is for with: $ARGUMENTS

1. Read what is named there. Without arguments, take the whole repository.
2. Do the work in small steps, and check each one.
3. Say what you did, what you left, and why.
"""

_TEMPLATES: dict[SkillKind, str] = {"skill": _SKILL, "agent": _AGENT, "command": _COMMAND}


def template(kind: SkillKind, name: str) -> str:
    """The text of a new file called ``name``, which must be kebab case."""
    words = name.replace("-", " ")
    return _TEMPLATES[kind].format(name=name, words=words, title=words.capitalize())
