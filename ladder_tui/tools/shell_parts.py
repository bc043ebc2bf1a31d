"""Takes a bash command line apart, as far as that is certain.

Permission rules are about simple commands. A line is cut at ``;``, ``&``, ``|`` and line breaks;
whatever could run something that the words do not show (substitutions, subshells, redirections,
here-documents, quoting that only bash knows) makes it ``is_opaque``: no prefix rule allows it.
"""

from __future__ import annotations

import shlex

import msgspec

_SEPARATORS = ";&|\n"
_SUBSTITUTING = "`$"
_OPAQUE = "`()<>{}"
"""Outside quotes, anywhere: substitution, subshell, redirection, group or brace expansion."""
_EXPANDING = "*?[~!#"
"""In the first word of a command they may make another program of it."""
_HARMLESS = ("2>&1", ">/dev/null", "2>/dev/null", "&>/dev/null", "</dev/null")
# They run what their arguments say, so their own name says nothing.
_LAUNCHERS = frozenset(
    {".", "source", "eval", "exec", "command", "builtin", "env", "sudo", "doas", "su", "nohup"}
    | {"nice", "ionice", "timeout", "time", "xargs", "parallel", "watch", "find", "setsid"}
    | {"sh", "bash", "dash", "zsh", "ksh", "busybox", "python", "python3", "perl", "ruby", "node"}
    | {"awk", "gawk", "sed", "vi", "vim", "trap", "coproc", "function", "alias", "unshare"}
    | {"if", "then", "else", "elif", "while", "until", "do", "for", "case", "select", "!"}
)


class ShellPart(msgspec.Struct, frozen=True):
    """One simple command, its quotes taken away."""

    words: tuple[str, ...]
    is_opaque: bool = False
    """Whether it may do other things than its words say."""

    @property
    def text(self) -> str:
        """The words with one space between them; one that holds spaces in quotes."""
        return " ".join(shlex.quote(w) if not w or len(w.split()) != 1 else w for w in self.words)

    @property
    def is_launcher(self) -> bool:
        """Whether it starts what its arguments name."""
        return bool(self.words) and self.words[0].rsplit("/", 1)[-1] in _LAUNCHERS


def shell_parts(command: str) -> tuple[ShellPart, ...]:
    """Return the simple commands of a line, at least one. Never raises."""
    scanner = _Scanner(command)
    scanner.scan()
    return tuple(scanner.parts) or (ShellPart((), is_opaque=True),)


class _Scanner:
    """One pass over the characters; what it does not know makes the part opaque."""

    def __init__(self, command: str) -> None:
        self._text = command
        self._at = 0
        self._words: list[str] = []
        self._word: str | None = None
        self._is_opaque = False
        self.parts: list[ShellPart] = []

    def scan(self) -> None:
        text = self._text
        while self._at < len(text):
            self._step(text[self._at])
        self._end_part()

    def _step(self, char: str) -> None:
        harmless = next((h for h in _HARMLESS if self._is_redirection(h)), "")
        if harmless:
            self._at += len(harmless)
        elif char in " \t":
            self._end_word()
            self._at += 1
        elif char in _SEPARATORS:
            self._end_part()
            self._at += 1
        elif char == "'":
            self._single()
        elif char == '"':
            self._double()
        else:
            self._plain(char)

    def _is_redirection(self, harmless: str) -> bool:
        """Whether this one stands here as a word of its own."""
        end = self._at + len(harmless)
        after = self._text[end : end + 1]
        is_alone = self._word is None and (not after or after in " \t;|\n")
        return is_alone and self._text.startswith(harmless, self._at)

    def _plain(self, char: str) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        # `$NAME` stays text; everything else after a dollar, a backslash too, is bash's to read.
        is_name = char == "$" and (following.isalpha() or following == "_")
        is_first = not self._words
        if char in _OPAQUE or char == "\\" or (char == "$" and (not is_name or is_first)):
            self._is_opaque = True
        if (is_first and char in _EXPANDING) or (char == "#" and self._word is None):
            self._is_opaque = True
        if not char.isprintable():
            self._is_opaque = True
        self._add(char)
        self._at += 1

    def _single(self) -> None:
        end = self._text.find("'", self._at + 1)
        # $'…' has escapes of its own.
        if end < 0 or self._text[self._at - 1 : self._at] == "$":
            self._is_opaque = True
        stop = len(self._text) if end < 0 else end
        self._add(self._text[self._at + 1 : stop])
        self._at = stop + 1

    def _double(self) -> None:
        at = self._at + 1
        while at < len(self._text) and self._text[at] != '"':
            if self._text[at] in _SUBSTITUTING or self._text[at] == "\\":
                self._is_opaque = True
            at += 2 if self._text[at] == "\\" else 1
        if at >= len(self._text):
            self._is_opaque = True
        self._add(self._text[self._at + 1 : at])
        self._at = at + 1

    def _add(self, text: str) -> None:
        self._word = (self._word or "") + text

    def _end_word(self) -> None:
        if self._word is None:
            return
        if not self._words and "=" in self._word:
            # An assignment may make another program of the one that follows: PATH, LD_PRELOAD.
            self._is_opaque = True
        self._words.append(self._word)
        self._word = None

    def _end_part(self) -> None:
        self._end_word()
        if self._words or self._is_opaque:
            self.parts.append(ShellPart(tuple(self._words), self._is_opaque))
        self._words, self._is_opaque = [], False
