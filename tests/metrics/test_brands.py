"""What a brand costs in series, who has its incident and since when, and from which score a level holds."""

import math
from dataclasses import replace
from datetime import timedelta

import msgspec
from prometheus_client import CollectorRegistry

from sentinel.engine.board import Board, BrandCard
from sentinel.incidents.incident import Acknowledgement, Incident, State
from sentinel.metrics.metrics import Metrics
from sentinel.metrics.table import PIECE, SETTLED
from sentinel.scoring.brand_scorer import signals
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds
from sentinel.sentiment.sentiment import Label
from tests.web.stand import Stand, a_crisis, an_assessment

BUDGET = 26
THRESHOLDS = Thresholds(35.0, 60.0, 80.0)


def declared(brands: list[str], names: list[str]) -> Metrics:
    metrics = Metrics(CollectorRegistry())
    declare_again(metrics, brands, names)
    return metrics


def declare_again(metrics: Metrics, brands: list[str], names: list[str] | None = None) -> None:
    metrics.declare(
        brands=brands,
        sources=["bluesky"],
        signals=list(signals()) if names is None else names,
        channels=["ntfy"],
        langs=["es"],
        contacts={"ana": "Ana", "boss": "boss"},
        thresholds=dict.fromkeys(brands, THRESHOLDS),
    )


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"sentinel_{name}", labels)


def series(metrics: Metrics) -> int:
    return sum(len(family.samples) for family in metrics.registry.collect())


def a_card() -> tuple[BrandCard, Incident]:
    stand = Stand()
    incident = a_crisis(stand)
    return replace(stand.cards[0], incident=incident), incident


def test_a_brand_costs_what_it_may() -> None:
    """At most 26 series with every signal that ships; what is not about a brand does not
    grow with them.
    """
    for names in (list(signals()), [f"signal_{n}" for n in range(11)]):
        ten, twenty = (series(declared([f"Brand {n}" for n in range(count)], names)) for count in (10, 20))
        assert (twenty - ten) / 10 <= BUDGET


def test_five_thousand_brands_are_read_whole() -> None:
    """Every series of every brand is in the text that a scrape gets."""
    metrics = declared([f"Brand {n}" for n in range(5000)], list(signals()))
    text = b"".join(metrics.expose("application/openmetrics-text; version=1.0.0")[0])
    assert text.count(b'brand="Brand 4999"') == text.count(b'brand="Brand 0"') == 14 + len(signals())
    assert text.count(b"\nsentinel_crisis_score{") == 5000


def test_thresholds_are_those_of_the_configuration_and_move_with_a_reload() -> None:
    """Dashboards draw them and type none."""
    metrics = declared(["Acme"], ["volume"])
    assert value(metrics, "score_threshold", brand="Acme", level="alert") == 60
    metrics.declare(
        brands=["Acme"],
        sources=[],
        signals=["volume"],
        channels=[],
        langs=[],
        thresholds={"Acme": Thresholds(35.0, 55.0, 80.0)},
    )
    assert value(metrics, "score_threshold", brand="Acme", level="alert") == 55


def test_who_has_it_and_how_long_that_took() -> None:
    """Nobody, then Ana by key or by name, then somebody the configuration does not know; one series all along."""
    card, incident = a_card()
    metrics = declared(["Acme"], ["volume"])
    metrics.assessed(card)
    assert math.isnan(value(metrics, "incident_acknowledge_seconds", brand="Acme", contact="nobody") or 0)
    for by, shown in (("ana", "ana"), ("Ana", "ana"), ("a passer-by", "somebody")):
        at = incident.opened_at + timedelta(minutes=4)
        held = msgspec.structs.replace(
            incident, state=State.ACKNOWLEDGED, acknowledgement=Acknowledgement(by=by, at=at)
        )
        metrics.assessed(replace(card, incident=held))
        assert value(metrics, "incident_acknowledge_seconds", brand="Acme", contact=shown) == 240
        assert value(metrics, "incident_acknowledge_seconds", brand="Acme", contact="nobody") is None
    metrics.assessed(
        replace(
            card,
            incident=msgspec.structs.replace(
                incident, state=State.RESOLVED, acknowledgement=Acknowledgement(by="ana", at=at)
            ),
        )
    )
    assert value(metrics, "incident_acknowledge_seconds", brand="Acme", contact="ana") is None
    assert math.isnan(value(metrics, "incident_acknowledge_seconds", brand="Acme", contact="nobody") or 0)
    assert value(metrics, "acknowledge_seconds_count") == 1


def test_an_acknowledgement_is_counted_once_with_its_incident_and_not_again_after_a_start() -> None:
    """The exemplar names the incident; what the run before counted is not counted by this one."""
    card, incident = a_card()
    at = incident.opened_at + timedelta(minutes=4)
    held = replace(
        card,
        incident=msgspec.structs.replace(
            incident, state=State.ACKNOWLEDGED, acknowledgement=Acknowledgement(by="ana", at=at)
        ),
    )
    restarted = declared(["Acme"], ["volume"])
    restarted.assessed(held)
    assert value(restarted, "acknowledge_seconds_count") == 0
    metrics = declared(["Acme"], ["volume"])
    metrics.assessed(card)
    metrics.assessed(held)
    metrics.assessed(replace(held, assessment=an_assessment("Acme", Level.CRISIS, 88.0)))
    assert value(metrics, "acknowledge_seconds_count") == 1
    modern = b"".join(metrics.expose("application/openmetrics-text; version=1.0.0")[0])
    assert f'# {{incident="{incident.id}"}} 240.0'.encode() in modern
    drill = declared(["Acme"], ["volume"])
    drill.assessed(card)
    drill.assessed(replace(held, incident=msgspec.structs.replace(held.incident or incident, drill=True)))
    assert value(drill, "acknowledge_seconds_count") == 0


def test_levels_are_numbers_and_unknown_is_none_of_them() -> None:
    """0 is calm; a score that nobody knows has no level."""
    card, _ = a_card()
    metrics = declared(["Acme"], ["volume"])
    metrics.assessed(card)
    assert value(metrics, "brand_level", brand="Acme") == 3
    metrics.assessed(replace(card, assessment=an_assessment("Acme", Level.CALM, 3.0)))
    assert value(metrics, "brand_level", brand="Acme") == 0
    metrics.assessed(replace(card, assessment=an_assessment("Acme", Level.CRISIS, None)))
    assert math.isnan(value(metrics, "brand_level", brand="Acme") or 0)


def test_a_reload_leaves_the_series_of_brands_that_stay_as_they_are() -> None:
    """One brand goes, one comes: nothing has to be told again of the third, whose mentions are counted on."""
    metrics, (card, incident) = declared(["Acme", "Zeta"], list(signals())), a_card()
    metrics.assessed(replace(card, incident=incident))
    metrics.mention("Acme", Label.NEGATIVE)
    before = [value(metrics, name, brand="Acme") for name in ("crisis_score", "brand_level")]
    declare_again(metrics, ["Nueva", "Acme"])
    assert [value(metrics, name, brand="Acme") for name in ("crisis_score", "brand_level")] == before
    assert before[0] is not None
    assert not math.isnan(before[0])
    assert value(metrics, "mentions_total", brand="Acme", sentiment="negative") == 1
    assert value(metrics, "crisis_score", brand="Zeta") is None
    assert value(metrics, "signal_points", brand="Zeta", signal=next(iter(signals()))) is None
    assert value(metrics, "mentions_total", brand="Nueva", sentiment="negative") == 0
    assert value(metrics, "score_threshold", brand="Nueva", level="alert") == 60


def test_a_brand_that_comes_back_begins_anew() -> None:
    """It was taken out of the file, and stands there again: what its series said before is not true any more."""
    metrics, (card, _) = declared(["Acme", "Zeta"], list(signals())), a_card()
    metrics.assessed(card)
    declare_again(metrics, ["Zeta"])
    declare_again(metrics, ["Zeta", "Acme"])
    assert math.isnan(value(metrics, "crisis_score", brand="Acme") or 0.0)
    metrics.assessed(card)
    assert value(metrics, "crisis_score", brand="Acme") == card.assessment.score if card.assessment else False


def test_a_thousand_scores_that_changed_are_written_when_somebody_asks_and_not_in_one_piece() -> None:
    """A source falls silent, and every brand's score is unknown from the next tick on: the tick itself writes no
    series, and others have turns while a scrape does.
    """
    names, stand = [f"Brand {n}" for n in range(3 * SETTLED)], Stand()
    metrics = declared(names, ["volume"])
    shown = an_assessment("Brand 0", Level.CALM, 7.0, stand.clock.now())
    cards = tuple(BrandCard(name=each, assessment=shown, incident=None, blind=(), history=()) for each in names)
    metrics.board(Board(at=stand.clock.now(), brands=cards, sources=(), queue=0))
    pieces = list(metrics.expose("")[0])
    assert pieces.count(b"") == 3
    text = b"".join(pieces).decode()
    assert text.count("\nsentinel_crisis_score{") == text.count("} 7.0\n") == len(names)
    assert list(metrics.expose("")[0]).count(b"") == 0
    assert max(piece.count(b"\n") for piece in pieces[1:]) <= 2 * PIECE
    assert value(metrics, "crisis_score", brand="Brand 0") == 7.0


def test_what_changes_while_a_scrape_is_read_is_not_in_it() -> None:
    """A crisis breaks out between two pieces, and somebody else scrapes meanwhile: nobody reads a calm score beside an
    open incident.
    """
    names, stand = [f"Brand {n}" for n in range(PIECE)], Stand()
    metrics = declared(names, ["volume"])
    calm = an_assessment("Brand 0", Level.CALM, 7.0, stand.clock.now())
    cards = tuple(BrandCard(name=each, assessment=calm, incident=None, blind=(), history=()) for each in names)
    metrics.board(Board(at=stand.clock.now(), brands=cards, sources=(), queue=0))
    pieces = metrics.expose("")[0]
    read = [next(pieces)]
    while b'sentinel_crisis_score{brand="Brand 9"}' not in read[-1]:
        read.append(next(pieces))
    worse, incident = replace(calm, score=90.0), a_crisis(Stand())
    burning = tuple(replace(each, assessment=worse, incident=incident) for each in cards)
    metrics.board(Board(at=stand.clock.now(), brands=burning, sources=(), queue=0))
    others = b"".join(metrics.expose("")[0])
    text = b"".join((*read, *pieces))
    for said, score, crisis in ((text, b"7.0", b"0.0"), (others, b"90.0", b"1.0")):
        assert b'sentinel_crisis_score{brand="Brand 3999"} ' + score in said
        assert b'sentinel_incidents_open{brand="Brand 3999",level="crisis"} ' + crisis in said
