"""What goes along with a message as a file: named when the message is decided, made just before it is sent, never
kept.
"""

from dataclasses import dataclass
from typing import Protocol

import msgspec


class Enclosed(msgspec.Struct, frozen=True, kw_only=True):
    """Names the reports that belong to a message, so that the outbox need not keep them: whose, and which period.

    ``every`` is ``day``, ``week`` or ``month``, ``period`` as addresses write it: ``2026-W11``.
    """

    brands: tuple[str, ...]
    every: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file. ``said`` is the sentence that the text says of it, where it really goes along and nowhere else."""

    name: str
    type: str
    body: bytes
    said: str


class Enclosures(Protocol):
    """Makes what goes along."""

    async def of(self, enclosed: Enclosed, language: str) -> Attachment | None:
        """The file, in a reader's language; ``None`` when there is none to be had in time, and the log says why."""
        ...
