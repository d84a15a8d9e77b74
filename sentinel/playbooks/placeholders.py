"""The placeholders of a playbook: a crisis's facts as words and numbers in the reader's language, harmless to Markdown.

Between `facts.py` and `render.py`; every field is a name that a template may use, listed in ``docs/playbooks.md``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sentinel.errors import SentinelError
from sentinel.matching.pseudonyms import called
from sentinel.mention import NOBODY, Mention
from sentinel.phrases.phrases import catalogue, number, say
from sentinel.playbooks.escape import plain, quoted, web_address
from sentinel.playbooks.facts import CrisisFacts
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level

SAMPLE_LENGTH = 280
NAME_LENGTH = 60
UPDATE_AFTER = timedelta(hours=1)
"""What a holding statement promises: the next word within this time."""
MANY_MENTIONS, MANY_AUTHORS = 50, 30
"""From here on the evidence is broad enough to be trusted as it stands."""


@dataclass(frozen=True, slots=True)
class ContributionPlace:
    """A signal and its points, as words."""

    signal: str
    points: str


@dataclass(frozen=True, slots=True)
class SamplePlace:
    """A post, its text and author escaped; ``link`` is http(s) or ``None``."""

    text: str
    author: str
    at: str
    source: str
    link: str | None


@dataclass(frozen=True, slots=True)
class OwnerPlace:
    """Somebody to call, and how long after the start the ladder reaches them."""

    name: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholders:
    """Every name a template may use.

    All are text but ``earlier`` (a count), the lists and ``link`` (text or ``None``).
    """

    brand: str
    level: str
    score: str
    contributions: tuple[ContributionPlace, ...]
    evidence: tuple[str, ...]
    gates: tuple[str, ...]
    samples: tuple[SamplePlace, ...]
    mentions: str
    negatives: str
    negative_share: str
    authors: str
    since: str
    at: str
    lasting: str
    next_update: str
    owners: tuple[OwnerPlace, ...]
    approver: str
    substitute: str
    watch: str
    alert: str
    crisis: str
    exit: str
    leave_after: str
    confidence: str
    because: str
    earlier: int
    link: str | None


def places(facts: CrisisFacts, language: str, because: str) -> Placeholders:
    """The facts as a template sees them.

    Texts of mentions go in as values that are already escaped, never as templates.
    """
    limits = facts.criteria
    entry = limits.thresholds.of(Level.WATCH if facts.level is Level.CALM else facts.level)
    nobody = say(language, "playbook.nobody")
    names = [plain(owner.name, NAME_LENGTH) for owner in facts.owners]
    return Placeholders(
        brand=plain(facts.brand, 80),
        level=say(language, f"playbook.level_{facts.level}"),
        score=_score(facts, language),
        contributions=tuple(
            ContributionPlace(_word(language, "signal", signal), number(language, round(points, 1)))
            for signal, points in facts.contributions
            if round(points, 1) > 0
        ),
        evidence=tuple(_sentence(language, evidence) for evidence in facts.evidence),
        gates=tuple(_word(language, "gate", gate) for gate in facts.gates),
        samples=tuple(_sample(facts, language, mention) for mention in facts.samples),
        mentions=number(language, float(facts.mentions)),
        negatives=number(language, float(facts.negatives)),
        negative_share=say(language, "playbook.percent", share=round(100 * facts.negatives / max(1, facts.mentions))),
        authors=number(language, float(facts.authors)),
        since=_moment(facts, language, facts.opened_at),
        at=_moment(facts, language, facts.at),
        lasting=lasting(facts.at - facts.opened_at),
        next_update=_moment(facts, language, _soon(facts.at + UPDATE_AFTER)),
        owners=tuple(OwnerPlace(name, lasting(owner.after)) for name, owner in zip(names, facts.owners, strict=True)),
        approver=names[0] if names else nobody,
        substitute=names[1] if len(names) > 1 else nobody,
        watch=number(language, limits.thresholds.watch),
        alert=number(language, limits.thresholds.alert),
        crisis=number(language, limits.thresholds.crisis),
        exit=number(language, max(0.0, entry - limits.margin)),
        leave_after=lasting(limits.leave_after),
        confidence=say(language, f"playbook.confidence_{_confidence(facts)}"),
        because=because,
        earlier=facts.earlier,
        link=web_address(facts.link),
    )


def lasting(span: timedelta) -> str:
    """A duration as people write it.

    Examples
    --------
    >>> lasting(timedelta(minutes=25)), lasting(timedelta(hours=2, minutes=10)), lasting(timedelta(days=1, hours=3))
    ('25 min', '2 h 10 min', '1 d 3 h')
    """
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return (f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h") if hours else f"{minutes} min"


def _score(facts: CrisisFacts, language: str) -> str:
    if facts.score is None:
        return say(language, "playbook.unknown")
    score = number(language, round(facts.score, 1))
    return say(language, "playbook.at_least", score=score) if facts.at_least else score


def _confidence(facts: CrisisFacts) -> str:
    if facts.score is None or facts.warming or facts.gates:
        return "low"
    return "high" if facts.mentions >= MANY_MENTIONS and facts.authors >= MANY_AUTHORS else "medium"


def _moment(facts: CrisisFacts, language: str, instant: datetime) -> str:
    """Hour and zone, as people say them who read it in public; the day too when it is not the day of the facts."""
    local = instant.astimezone(facts.zone)
    said = f"{local:%H:%M}"
    if local.date() != facts.at.astimezone(facts.zone).date():
        month = say(language, "report.months").split()[local.month - 1]
        said = say(language, "playbook.on_day", day=local.day, month=month, hour=said)
    return say(language, "zones.clock", clock=said, zone=_zone(language, local))


def _zone(language: str, local: datetime) -> str:
    """``hora peninsular`` where people have a name for their time, else how far it is from UTC."""
    offset = f"{local:%z}"
    hours, minutes = offset[:3].replace("-0", "-").replace("+0", "+"), offset[3:5]
    plain = "UTC" if offset in ("", "+0000") else f"UTC{hours}{f':{minutes}' if minutes != '00' else ''}"
    return catalogue(language).get(f"zones.{local.tzinfo}", plain)


def _soon(instant: datetime) -> datetime:
    """The next full five minutes: nobody promises news at 11:53:20."""
    seconds = instant.astimezone(UTC).timestamp()
    return instant + timedelta(seconds=-seconds % 300)


def _sample(facts: CrisisFacts, language: str, mention: Mention) -> SamplePlace:
    author = mention.author or NOBODY
    text = f"{mention.title}: {mention.text}" if mention.title and mention.title not in mention.text else mention.text
    return SamplePlace(
        text=quoted(text, SAMPLE_LENGTH),
        author=quoted(called(author, language), NAME_LENGTH) or say(language, "playbook.anonymous"),
        at=_moment(facts, language, mention.published_at),
        source=quoted(mention.source, NAME_LENGTH),
        link=web_address(mention.url),
    )


def _sentence(language: str, evidence: Evidence) -> str:
    """A signal from a plugin may come without sentences of its own: then its name and figures stand for themselves."""
    said = {name: quoted(value, SAMPLE_LENGTH) if isinstance(value, str) else value for name, value in evidence.facts}
    try:
        return say(language, evidence.key, **said)
    except SentinelError:
        figures = ", ".join(f"{name} {number(language, v) if isinstance(v, float) else v}" for name, v in said.items())
        return f"{_word(language, 'signal', evidence.signal)}: {figures}"


def _word(language: str, sort: str, name: str) -> str:
    return catalogue(language).get(f"playbook.{sort}_{name}", name)
