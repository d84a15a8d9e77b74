"""Made-up crises that the tests of playbooks share."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sentinel.mention import Mention
from sentinel.playbooks.facts import CrisisFacts, Owner
from sentinel.scoring.assessment import Assessment, Evidence
from sentinel.scoring.level import Level
from tests.builders import a_mention
from tests.fakes import START


def an_assessment(*texts: str, level: Level = Level.ALERT) -> Assessment:
    """What the core believes of Acme ten minutes into a crisis with these posts."""
    return Assessment(
        brand="Acme",
        at=START,
        score=72.4,
        contributions={"volume": 30.4, "negativity": 27.0, "spread": 15.0, "reach": 0.0},
        level=level,
        evidence=(
            Evidence(signal="volume", key="evidence.unheard_of", facts=(("now", 64.0), ("term", "sin *servicio*"))),
        ),
        gates=(),
        warming=False,
        samples=tuple(
            a_mention(text, author=f"ana{n}", url=f"https://example.org/{n}") for n, text in enumerate(texts)
        ),
        mentions=1234,
        negatives=900,
        authors=420,
    )


def a_crisis(*texts: str, language: str = "es", level: Level = Level.ALERT) -> CrisisFacts:
    """The facts of that crisis for a reader in Madrid, with two people on the ladder."""
    return CrisisFacts.of(
        an_assessment(*texts, level=level),
        language=language,
        zone=ZoneInfo("Europe/Madrid"),
        opened_at=START - timedelta(minutes=25),
        owners=(Owner(name="Ana"), Owner(name="Luis", after=timedelta(minutes=10))),
        link="https://sentinel.example.org/incidents/1",
    )


def with_samples(facts: CrisisFacts, *samples: Mention) -> CrisisFacts:
    """The same crisis, shown by other posts."""
    return replace(facts, samples=samples)
