"""Names in git of what a run's agents change."""

from __future__ import annotations

import hashlib
import re

from ladder_tui.domain.ids import AgentId, RunId

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,40}(?:/[A-Za-z0-9_-]{1,40}){0,3}")
_ODD = re.compile(r"[^A-Za-z0-9_/-]+")


def plain_name(agent_id: AgentId) -> str:
    """The id itself where git and file systems take it, else what they take, with a hash."""
    if _PLAIN.fullmatch(agent_id):
        return agent_id
    parts = [part[:30] for part in _ODD.sub("-", agent_id).split("/") if part][:4]
    digest = hashlib.sha256(agent_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "/".join(parts) + "-" + digest if parts else f"agent-{digest}"


def folder_name(agent_id: AgentId) -> str:
    """Name of the agent's folder below that of its run."""
    return plain_name(agent_id).replace("/", ".")


def branch_name(number: int, agent_id: AgentId) -> str:
    """The branch that a person sees: ``ladder/41/specialists/security``."""
    return f"ladder/{number}/{plain_name(agent_id)}"


def run_refs(run_id: RunId) -> str:
    """Everything of a run that keeps commits from being collected is below this."""
    return f"refs/ladder/{run_id}/"


def base_ref(run_id: RunId) -> str:
    """The commit that every agent of a run starts from."""
    return run_refs(run_id) + "base"


def agent_ref(run_id: RunId, agent_id: AgentId) -> str:
    """The newest checkpoint of an agent."""
    return f"{run_refs(run_id)}agents/{plain_name(agent_id)}"


def spare_ref(run_id: RunId, agent_id: AgentId, commit: str) -> str:
    """Work that was set aside when the agent's place was restored or started over."""
    return f"{run_refs(run_id)}spare/{folder_name(agent_id)}/{commit[:12]}"
