"""Signals one by one: what raises each, what it says, and what leaves it silent."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.mention import Author, Kind, Mention
from sentinel.phrases.phrases import say
from sentinel.registry import discover
from sentinel.scoring.brand_scorer import BrandScorer, signals
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.base import Observation, Signal, shown
from tests.fakes import START

ANGRY, FLAT, GLAD = Sentiment(0.85, 0.1, 0.05), Sentiment(0.3, 0.4, 0.3), Sentiment(0.05, 0.1, 0.85)


class Told:
    """A brand with five days of six ordinary voices an hour, then what a test tells."""

    def __init__(self) -> None:
        self.watch = BrandScorer("Acme", ScoringSettings())
        self.now = START
        self.count = 0
        for hour in range(120):
            for part in range(6):
                self.now = START + timedelta(hours=hour, minutes=10 * part)
                self.say(
                    f"me llega mi pedido {'tarde' if part == 3 else 'bien'}",
                    ANGRY if part == 3 else GLAD if part == 4 else FLAT,
                )
        self.now = START + timedelta(hours=120)

    def say(
        self,
        text: str,
        mood: Sentiment,
        *,
        lang: str = "es",
        kind: Kind = Kind.POST,
        followers: int = 100,
        author: str | None = None,
        copy: bool = False,
        declared: str | None = None,
    ) -> "Told":
        self.count += 1
        who = author or f"u{self.count}"
        mention = Mention(
            source="x",
            id=str(self.count),
            text=text,
            lang=declared,
            published_at=self.now,
            kind=kind,
            author=Author(id=who, followers=followers),
        )
        self.watch.observe(
            Observation(
                mention=mention,
                brand="Acme",
                at=self.now,
                observed_at=self.now,
                lang=lang,
                sentiment=mood,
                late=False,
                copy=copy,
            )
        )
        return self

    def storm(self, text: str, number: int = 12, mood: Sentiment = ANGRY, **how: object) -> "Told":
        for _ in range(number):
            self.now += timedelta(seconds=30)
            self.say(text, mood, **how)  # type: ignore[arg-type]
        return self

    def points(self, signal: str) -> float:
        return self.watch.assess(self.now).contributions[signal]

    def reason(self, signal: str, language: str = "es") -> str:
        evidence = {each.signal: each for each in self.watch.assess(self.now).evidence}[signal]
        return say(language, evidence.key, **dict(evidence.facts))

    @classmethod
    def quiet(cls) -> "Told":
        """Three weeks of a brand that two people a day speak of."""
        told = cls.__new__(cls)
        told.watch, told.now, told.count = BrandScorer("Acme", ScoringSettings()), START, 0
        for _ in range(42):
            told.now += timedelta(hours=12)
            told.say("buena tienda, volveré", FLAT)
            told.watch.assess(told.now)
        told.now += timedelta(hours=5)
        return told


def restored(calm: object) -> Told:
    """The brand at the end of its ordinary days."""
    told = Told.__new__(Told)
    told.watch, told.now, told.count = BrandScorer("Acme", ScoringSettings()), START + timedelta(hours=120), 10_000
    told.watch.restore(calm)
    return told


@pytest.fixture(scope="module")
def calm() -> object:
    return Told().watch.snapshot()


@pytest.fixture
def brand(calm: object) -> Told:
    return restored(calm)


def test_an_ordinary_week_says_nothing(brand: Told) -> None:
    """No signal speaks."""
    assert brand.watch.assess(brand.now).score == 0.0


def test_velocity_counts_negatives_and_tells_how_fast_they_double(brand: Told) -> None:
    """A dozen complaints in six minutes where one an hour is usual; praise at the same pace is none."""
    brand.storm("esto no funciona")
    assert brand.points("velocity") > 20
    assert "personas enfadadas en 5 minutos, cuando lo habitual son 0,1" in brand.reason("velocity")
    brand.now += timedelta(minutes=20)
    brand.storm("esto sigue sin funcionar", 30)
    assert "se duplican cada" in brand.reason("velocity")


def test_praise_is_not_velocity(brand: Told) -> None:
    """Nor anything else that counts the sour."""
    brand.storm("qué maravilla", 40, GLAD, kind=Kind.REPOST)
    assert brand.points("velocity") == brand.points("amplification") == brand.points("reach") == 0.0


@pytest.mark.parametrize(
    ("kind", "text"), [(Kind.REPOST, "no funciona"), (Kind.QUOTE, "no funciona"), (Kind.POST, "RT @ana: no funciona")]
)
def test_amplification_hears_what_is_passed_on(brand: Told, kind: Kind, text: str) -> None:
    """By its kind or by its own words, copies too."""
    brand.storm(text, 12, kind=kind).storm(text, 5, kind=kind, copy=True)
    assert brand.points("amplification") > 10
    assert "17 of 22 people repost" in brand.reason("amplification", "en")


def test_complaints_of_ones_own_are_no_amplification(brand: Told) -> None:
    """Posts alone add nothing."""
    assert brand.storm("no funciona").points("amplification") == 0.0


@pytest.mark.parametrize(
    ("text", "lang", "word"),
    [
        ("explosión en la planta, hay heridos", "es", "explosion"),
        ("han sufrido una fuga de datos enorme", "es", "fuga de datos"),
        ("two people injured at the factory", "en", "injured"),
        ("there was a data breach, change your password", "en", "data breach"),
    ],
)
def test_severity_hears_fear_that_is_not_anger(brand: Told, text: str, lang: str, word: str) -> None:
    """Sober words about grave things, in a mood no worse than usual; the word is named."""
    brand.storm(text, 8, FLAT, lang=lang)
    assert brand.points("severity") > 10
    assert word in brand.reason("severity", lang)


def test_a_new_topic_is_named(brand: Told) -> None:
    """What nobody spoke of before, said by many who are angry; the same words in praise are a campaign."""
    brand.storm("vergüenza lo de la tostadora", 10)
    assert brand.points("novelty") > 5
    assert "«tostadora»" in brand.reason("novelty")


def test_familiar_words_are_no_new_topic(brand: Told) -> None:
    """Complaints in the words that are always used add nothing new."""
    assert brand.storm("me llega mi pedido tarde", 10).points("novelty") == 0.0


def test_one_big_voice_reaches_many(brand: Told) -> None:
    """A million followers among the complaining; sources that do not tell add nothing."""
    assert brand.storm("no funciona", followers=0).points("reach") == 0.0
    brand.say("no funciona", ANGRY, followers=1_000_000)
    assert brand.points("reach") > 4
    assert "1.000.100" in brand.reason("reach")


def test_a_crowd_speaks_of_others(brand: Told) -> None:
    """Where most speak of themselves, thirty who do not are a crowd; a language without a list says nothing."""
    brand.storm("son unos sinvergüenzas y roban", 30)
    assert brand.points("pronouns") > 1
    assert "primera persona" in brand.reason("pronouns")


def test_no_pronouns_without_a_list(brand: Told) -> None:
    """In Finnish nothing is known of who speaks of whom."""
    assert brand.storm("ei toimi", 30, lang="fi").points("pronouns") == 0.0


def test_few_accounts_with_one_text_are_said_to_be_that(brand: Told) -> None:
    """No points, a sentence, and the same text from many people is no such thing."""
    for number in range(40):
        brand.now += timedelta(seconds=10)
        brand.say("boicot ya", ANGRY, author=f"bot{number % 4}", copy=number > 0)
    assert brand.points("authenticity") == 0.0
    assert "pocas cuentas" in brand.reason("authenticity")


def test_every_signal_can_be_said_in_both_languages() -> None:
    """By name on pages."""
    for name in discover("sentinel.signals", Signal):
        assert say("es", f"playbook.signal_{name}") != say("en", f"playbook.signal_{name}")
    assert len(signals()) == 12


def test_people_in_a_language_nobody_reads_are_a_reason_to_look(brand: Told) -> None:
    """A dozen people in Basque where there never was one: a page that says which language, with nobody's mood in it."""
    for _ in range(12):
        brand.now += timedelta(seconds=30)
        brand.say("ez du ezer funtzionatzen gaur goizean hemen", FLAT, lang="und", declared="eu")
    found = brand.watch.assess(brand.now)
    assert found.contributions["unread"] > 25
    assert found.contributions["negativity"] == 0.0
    assert "(eu)" in brand.reason("unread")
    assert found.level.rank >= Level.ALERT.rank


def test_names_cries_and_cashtags_are_no_language(brand: Told) -> None:
    """Fewer than four words, or nothing but tickers, tell no language."""
    for _ in range(12):
        brand.now += timedelta(seconds=30)
        brand.say("$ACME $FB $TWTR $BABA $GOOG", FLAT, lang="und").say("jajaja", FLAT, lang="und")
    assert brand.points("unread") == 0.0


def test_attention_alone_carries_to_watch_and_says_so(brand: Told) -> None:
    """A launch: three hundred people, as content as ever, are no reason to wake anybody."""
    brand.storm("ha salido el modelo nuevo", 300, FLAT)
    found = brand.watch.assess(brand.now)
    assert found.contributions["volume"] > 25
    assert found.level.rank <= Level.WATCH.rank


def test_few_but_grave_and_concrete_is_an_alert() -> None:
    """Three people within an hour speak of a gas leak and of the injured, in words of their own, at a quiet brand."""
    quiet = Told.quiet()
    for text in (
        "fuga de gas y explosión en su planta",
        "mi hermano está herido por la explosión",
        "incendio en la nave",
    ):
        quiet.now += timedelta(minutes=15)
        quiet.say(text, ANGRY)
    found = quiet.watch.assess(quiet.now)
    assert found.contributions["severity"] > 40
    assert found.level is Level.ALERT
    assert "3 de 3 personas" in quiet.reason("severity")


def test_one_person_who_speaks_of_grave_things_all_day_is_one_person() -> None:
    """Twenty posts about death by one account are no emergency."""
    quiet = Told.quiet()
    for _ in range(20):
        quiet.now += timedelta(minutes=5)
        quiet.say("muertos y heridos por su culpa", ANGRY, author="pest")
    assert quiet.watch.assess(quiet.now).level.rank <= Level.WATCH.rank


def test_a_crowd_of_praise_does_not_hide_those_who_are_angry(brand: Told) -> None:
    """Sixty who praise, all differently, beside thirty who are furious: those who do not praise are judged alone."""
    for number in range(90):
        brand.now += timedelta(seconds=20)
        brand.say(f"texto {number}", ANGRY if number % 3 == 0 else GLAD)
    hidden = brand.watch.assess(brand.now)
    assert hidden.contributions["negativity"] > 25
    assert hidden.level.rank >= Level.ALERT.rank


NUMBERS = re.compile(r"\d+(?:[.,]\d+)?")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    angry=st.integers(0, 25),
    glad=st.integers(0, 25),
    flat=st.integers(0, 25),
    grave=st.integers(0, 6),
    reposts=st.booleans(),
)
def test_evidence_agrees_with_its_points(
    calm: object, angry: int, glad: int, flat: int, grave: int, reposts: bool
) -> None:
    """Whatever is said: a signal with points tells of more than was to be expected, the worthiest first, and both
    languages tell the same numbers.
    """
    brand = restored(calm)
    moods = [ANGRY] * angry + [GLAD] * glad + [FLAT] * flat + [ANGRY] * grave
    for number, mood in enumerate(moods):
        brand.now += timedelta(seconds=15)
        text = "hay heridos" if number >= angry + glad + flat else "no funciona"
        brand.say(text, mood, kind=Kind.REPOST if reposts else Kind.POST)
    found = brand.watch.assess(brand.now)
    assert [found.contributions[each.signal] for each in found.evidence if found.contributions[each.signal]] == sorted(
        (points for points in found.contributions.values() if points), reverse=True
    )
    for each in found.evidence:
        facts = dict(each.facts)
        if "usual" in facts and each.signal not in ("pronouns",):
            told = facts.get("count", facts.get("followers"))
            assert isinstance(told, float)
            assert told > float(facts["usual"]), each
        spanish, english = (say(language, each.key, **facts) for language in ("es", "en"))
        assert sorted(NUMBERS.findall(spanish.replace(".", ""))) == sorted(
            number.replace(",", "").replace(".", ",") for number in NUMBERS.findall(english)
        )


@pytest.mark.parametrize(
    ("signal", "text", "kind"),
    [
        ("volume", "no va", Kind.POST),
        ("velocity", "no va", Kind.POST),
        ("severity", "hay heridos", Kind.POST),
        ("amplification", "no va", Kind.REPOST),
        ("negativity", "no va", Kind.POST),
    ],
)
def test_a_larger_excess_is_worth_no_less(calm: object, signal: str, text: str, kind: Kind) -> None:
    """As more people say the same in the same minutes, count and points rise together."""
    points, counts = [], []
    for people in range(2, 40, 4):
        brand = restored(calm)
        for _ in range(people):
            brand.now += timedelta(seconds=200 / people)
            brand.say(text, ANGRY, kind=kind)
        reading = signals()[signal].read(brand.watch._view(brand.now))
        points.append(reading.strength)
        counts.append(float(dict(reading.evidence.facts)["count"]) if reading.evidence else 0.0)
    assert points == sorted(points)
    assert counts == sorted(counts)
    assert points[-1] > 0


@pytest.mark.parametrize("usual", [0.0, 1e-9, 0.04, 0.1])
def test_no_reason_says_that_none_are_expected(usual: float) -> None:
    """How many times more than nothing is no figure: at least a tenth is said, in either language."""
    for language, least in (("es", "se esperan 0,1"), ("en", "0.1 are expected")):
        said = say(language, "evidence.volume", count=16.0, usual=shown(usual), minutes=5.0)
        assert least in said
