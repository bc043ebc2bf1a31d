"""What agents' tools may do without asking, as a person wrote it down."""

from __future__ import annotations

import msgspec


class PermissionRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules as Claude Code writes them: ``Bash(git:*)``, ``Edit(src/**)``, ``Read``."""

    allow: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def narrowed_by(self, other: PermissionRules, *, is_trusted: bool) -> PermissionRules:
        """These rules and those of a repository: what that one allows counts where it is trusted.

        Since ``deny`` beats ``ask`` beats ``allow``, nothing of it goes over a rule of these.
        """
        return PermissionRules(
            allow=(*self.allow, *(other.allow if is_trusted else ())),
            ask=(*self.ask, *other.ask),
            deny=(*self.deny, *other.deny),
        )
