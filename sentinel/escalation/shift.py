"""Shifts: who is on call from one instant to another, and why. Schedules are made of them, and become them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

import msgspec


class OnCallReason(StrEnum):
    """What puts somebody on call."""

    ROTATION = "rotation"
    OVERRIDE = "override"
    SWAP = "swap"
    NOBODY = "nobody"
    """Nothing does."""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """``contacts`` are on call from ``starts_at`` up to, not at, ``ends_at`` (UTC); none of them: nobody is."""

    starts_at: datetime
    ends_at: datetime
    contacts: tuple[str, ...]
    why: OnCallReason
    reason: str = ""
    """An override's or a swap's."""

    def like(self, other: "Shift") -> bool:
        """Whether the two differ in their time alone."""
        return (self.contacts, self.why, self.reason) == (other.contacts, other.why, other.reason)

    def within(self, starts_at: datetime, ends_at: datetime) -> "Shift":
        """The same at another time."""
        return msgspec.structs.replace(self, starts_at=starts_at, ends_at=ends_at)


def overlay(
    tracks: Sequence[Sequence[Shift]], cuts: Collection[datetime], start: datetime, end: datetime
) -> Iterator[Shift]:
    """What is on top at every instant from ``start`` to ``end``: a later track lies over an earlier one where it has a
    shift.

    Parameters
    ----------
    tracks
        Each in order of time, its shifts apart from each other.
    cuts
        Instants at which a shift is cut in two, whatever is on top.
    """
    there = (edge for track in tracks for each in track for edge in (each.starts_at, each.ends_at))
    edges = sorted({start, end, *(edge for edge in (*there, *cuts) if start < edge < end)})
    places = [0] * len(tracks)
    for begins, ends in pairwise(edges):
        top = Shift(starts_at=begins, ends_at=ends, contacts=(), why=OnCallReason.NOBODY)
        for number, track in enumerate(tracks):
            while places[number] < len(track) and track[places[number]].ends_at <= begins:
                places[number] += 1
            if places[number] < len(track) and track[places[number]].starts_at <= begins:
                top = track[places[number]].within(begins, ends)
        yield top


def together(shifts: Sequence[Shift]) -> Iterator[Shift]:
    """Shifts that overlap, made apart: where two are on, the people of both are.

    Starts and ends must both be in order, and no hole between them.
    """
    edges = sorted({edge for each in shifts for edge in (each.starts_at, each.ends_at)})
    first = 0
    for begins, ends in pairwise(edges):
        while shifts[first].ends_at <= begins:
            first += 1
        on: list[str] = []
        beyond = first
        while beyond < len(shifts) and shifts[beyond].starts_at <= begins:
            on += shifts[beyond].contacts
            beyond += 1
        yield Shift(starts_at=begins, ends_at=ends, contacts=tuple(dict.fromkeys(on)), why=shifts[first].why)


def merged(shifts: Iterable[Shift]) -> list[Shift]:
    """Neighbours that differ in nothing but their time become one; for shifts in order and without a hole."""
    out: list[Shift] = []
    for each in shifts:
        if out and out[-1].like(each):
            out[-1] = out[-1].within(out[-1].starts_at, each.ends_at)
        else:
            out.append(each)
    return out
