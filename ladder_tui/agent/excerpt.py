"""Source around the evidence, for a model that has no tools to read it with."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.agent.ledger_key import excerpts_key
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.prompt import evidence_findings
from ladder_tui.agent.spec import AgentSpec
from ladder_tui.gates.source import source_lines

EXCERPTS_SHOWN = 12
EXCERPT_CONTEXT = 4


def excerpts_of(spec: AgentSpec, ports: AgentPorts) -> str:
    """The excerpts of an agent; empty for a model with tools.

    A resumed run sees what the agent saw at first.
    """
    if ports.client.capabilities.has_tools:
        return ""
    key = excerpts_key(spec.agent_id, spec.attempt)
    stored = ports.ledger.get(key)
    if stored is not None:
        return stored.decode()
    text = source_excerpts(spec, ports.root)
    ports.ledger.put(key, "tool", spec.agent_id, text.encode())
    return text


def source_excerpts(spec: AgentSpec, root: Path) -> str:
    """The source around the worst evidence findings, read from the disk as it is now."""
    blocks = []
    for f in evidence_findings(spec)[:EXCERPTS_SHOWN]:
        lines = source_lines(root, f.path, f.line, EXCERPT_CONTEXT)
        if lines:
            code = "\n".join(f"{number:>5} {text}" for number, text in lines)
            blocks.append(f"{f.path}\n{code}")
    return "<excerpts>\n" + "\n\n".join(blocks) + "\n</excerpts>" if blocks else ""
