"""Rehearses a playbook with made-up facts, so that its mistakes show when the configuration is checked and not in a
crisis.

Run by `reader.py` over the playbooks in the user's own folder.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sentinel.mention import Author, Mention
from sentinel.playbooks.facts import CrisisFacts, Owner
from sentinel.playbooks.placeholders import places
from sentinel.playbooks.playbook import Playbook, Section
from sentinel.playbooks.render import Unfilled, fill, render
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

RICH = CrisisFacts(
    brand="Acme",
    language="en",
    zone=UTC,
    level=Level.CRISIS,
    score=87.5,
    contributions=(("volume", 40.0), ("negativity", 30.5), ("spread", 17.0)),
    evidence=(Evidence(signal="volume", key="evidence.none", facts=(("now", 120.0),)),),
    gates=("warming",),
    warming=True,
    samples=tuple(
        Mention(
            source="x",
            id=str(n),
            text="text",
            published_at=_NOON,
            url="https://example.org/1",
            author=Author(handle="ana"),
        )
        for n in range(5)
    ),
    mentions=120,
    negatives=90,
    authors=80,
    opened_at=_NOON - timedelta(minutes=20),
    at=_NOON,
    owners=(Owner(name="Ana"), Owner(name="Boss", after=timedelta(minutes=10))),
    earlier=1,
    link="https://example.org/incidents/1",
)
"""Everything there can be."""
POOR = replace(
    RICH,
    level=Level.WATCH,
    score=None,
    contributions=(),
    evidence=(),
    gates=(),
    samples=(),
    mentions=0,
    negatives=0,
    authors=0,
    owners=(),
    earlier=0,
    link=None,
)
"""As little as there can be: a blind brand without a policy."""


def rehearse(playbook: Playbook) -> list[str]:
    """What would go wrong, each as ``FILE:LINE: what``: templates that cannot be filled and statements too long for
    their channel.
    """
    problems: dict[str, None] = {}
    for facts in (RICH, POOR):
        names = places(facts, playbook.language, "…")
        for title, template in playbook.sections.items():
            try:
                fill(template, names)
            except Unfilled as error:
                line = playbook.lines.get(title, 1) + (error.line or 1) - 1
                problems[
                    f"{playbook.origin}:{line}: in {title!r}: {error}; docs/playbooks.md lists what may be used"
                ] = None
    rendered = render(playbook, RICH)
    where = playbook.line(Section.HOLDING)
    for channel in rendered.too_long:
        length = channel.measure(rendered.holding_statements[channel])
        problems[
            f"{playbook.origin}:{where}: the statement for {channel} has {length} characters; it takes {channel.limit}"
        ] = None
    return list(problems)
