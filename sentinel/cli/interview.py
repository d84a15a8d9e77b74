"""Interview: questions on standard output, answers from a terminal or a pipe, each looked at at once and asked for
again with the reason.
"""

import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from sentinel.errors import BadInput
from sentinel.phrases.phrases import say

Answer = TypeVar("Answer")
Read = Callable[[str], Answer]
"""Makes something of an answer, or raises `Unfit`."""
_YES = {"y": True, "yes": True, "s": True, "si": True, "sí": True, "n": False, "no": False}


class Unfit(Exception):
    """An answer that does not do: a key of the phrases, and what they name."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Interview:
    """One conversation in one language, which the first question may change."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the conversation."""
        return say(self.language, f"init.{key}", **facts)

    def tell(self, key: str, **facts: object) -> None:
        """Say something that wants no answer."""
        typer.echo(self.say(key, **facts))

    def ask(self, question: str, read: Read[Answer], default: str = "") -> Answer:
        """The answer to a question, asked until one does.

        Raises
        ------
        BadInput
            When no further answer comes.
        """
        while True:
            typer.echo(f"{question}{f' [{default}]' if default else ''}: ", nl=False)
            sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                typer.echo()
                raise BadInput(self.say("ended", question=question))
            if not sys.stdin.isatty():
                typer.echo()
            try:
                return read(line.strip() or default)
            except Unfit as unfit:
                self.refuse(unfit.key, **unfit.facts)

    def refuse(self, key: str, **facts: object) -> None:
        """Say why an answer does not do."""
        typer.echo(f"  ✗ {self.say(key, **facts)}")

    def wants(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        return self.ask(question, _yes, self.say("answer_yes" if default else "answer_no"))


def _yes(answer: str) -> bool:
    if (found := _YES.get(answer.casefold())) is None:
        raise Unfit("no_yes", value=answer)
    return found
