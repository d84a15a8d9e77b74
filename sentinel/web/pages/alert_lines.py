"""Alerts about what Sentinel runs on, a line each, for where the auditor's complaints are shown."""

from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import Ports

MOST = 6
"""Lines; the API lists all of them."""


def alert_lines(ports: Ports, words: Words) -> list[str]:
    """What fires, since when, and who has it."""
    firing, config = ports.infrastructure.firing(words.now), ports.config()
    lines = [
        words.said(
            f"machinery.line_{each.severity}",
            alert=each.name,
            at=words.clock(each.started_at),
            holder=words.t("held_by", name=person(config, each.taken_by))
            if each.taken_by
            else words.t("held_by_nobody"),
        )
        for each in firing[:MOST]
    ]
    return [*lines, words.said("machinery.line_more", count=len(firing) - MOST)] if len(firing) > MOST else lines
