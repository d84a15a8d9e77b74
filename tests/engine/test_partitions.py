"""Brands folded by three engines: the same incidents, levels and pages as by one, and the same sentiment model."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.engine.setup import EngineSetup
from sentinel.incidents.change import Change
from sentinel.mention import Mention
from sentinel.sentiment.seed import load_seed
from sentinel.simulation.history import Story, history
from tests.builders import a_mention
from tests.daemon.setups import CONFIG, a_setup
from tests.fakes import START

BRANDS = """
  - {name: Acme, match: {any: [acme]}, competitors: [Delta]}
  - {name: Beta, match: {any: [beta]}, own: ["@beta_es"]}
  - {name: Delta, match: {any: [delta]}}
  - {name: Gamma, match: {any: [gamma]}}
  - {name: Zeta, match: {any: [zeta]}, sources: [buzon]}
"""
TEXT = CONFIG[: CONFIG.index("brands:")] + "brands:" + BRANDS + CONFIG[CONFIG.index("contacts:") :]


@pytest.fixture
def setup(tmp_path: Path) -> EngineSetup:
    return a_setup(tmp_path, TEXT)


def day(setup: EngineSetup) -> list[Mention]:
    """Calm, and then two storms at once; reviews with stars in between, and a post that names three brands."""
    found: list[Mention] = []
    for number, each in enumerate(setup.brands):
        storm = timedelta(minutes=12) if each.brand.name in ("Acme", "Gamma") else timedelta(0)
        story = Story(
            brand=each.brand.name,
            language="es",
            end=START,
            seed=number + 1,
            per_hour=6,
            calm=timedelta(hours=30),
            storm=storm,
        )
        found += history(story)
    found += [
        a_mention(f"Lo de {name} es {'un desastre' if stars < 3 else 'genial'} {n}", at=START - hour, rating=stars)
        for n, (name, stars) in enumerate((name, stars) for name in ("acme", "zeta", "beta") for stars in (1.0, 5.0))
        for hour in (timedelta(hours=n + 2), timedelta(minutes=3 * n))
    ]
    found.append(a_mention("ni acme ni gamma ni zeta, qué verguenza", at=START - timedelta(minutes=4)))
    return sorted(found, key=lambda each: each.published_at)


def folded(engine: Engine, mentions: Sequence[Mention]) -> list[tuple[datetime, Change]]:
    """All that an engine decides, up to five minutes after the last mention of all."""
    fold, decided = Fold(engine, engine.setup.tick), []
    for mention in mentions:
        for at, changes in fold.before(mention.published_at):
            decided += [(at, change) for change in changes]
        engine.observe(mention, mention.published_at)
    for at, changes in fold.through(START + timedelta(minutes=5)):
        decided += [(at, change) for change in changes]
    return decided


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_events_by_one_engine_and_by_several(setup: EngineSetup, count: int) -> None:
    """Every change of every incident at the same instant, pages and evidence included; each engine's model has learnt
    what the one has.
    """
    mentions, partitions = day(setup), Partitions(count)
    whole = Engine(setup, load_seed())
    expected = folded(whole, mentions)
    assert {change.incident.brand for _, change in expected} >= {"Acme", "Gamma"}
    router = PartRouter(setup, partitions)
    routed = [(each, router.parts_of(each, each.published_at)) for each in mentions]
    found: list[tuple[datetime, Change]] = []
    for number in router.everybody:
        engine = Engine(partitions.setup(setup, number), load_seed())
        found += folded(engine, [each for each, parts in routed if number in parts])
        assert engine.learning.snapshot() == whole.learning.snapshot()
    in_order = {each.brand.name: place for place, each in enumerate(setup.brands)}
    assert sorted(found, key=lambda each: (each[0], in_order[each[1].incident.brand])) == expected


def test_competitors_stay_together(setup: EngineSetup) -> None:
    """Whoever competes with whoever is in one partition, whatever their number; every brand is in exactly one."""
    for count in range(1, 9):
        parts = Partitions(count).of_brands(setup.brands)
        assert parts["Acme"] == parts["Delta"]
        folded_by = [each.brand.name for n in range(1, count + 1) for each in Partitions(count).setup(setup, n).brands]
        assert sorted(folded_by) == sorted(parts)


def test_a_brand_that_is_renamed_stays(setup: EngineSetup) -> None:
    """It is found by its earlier name."""
    renamed = tuple(
        replace(each, brand=replace(each.brand, name="Último"), was=("Gamma",)) if each.brand.name == "Gamma" else each
        for each in setup.brands
    )
    for count in range(2, 9):
        before, after = Partitions(count).of_brands(setup.brands), Partitions(count).of_brands(renamed)
        assert after == {**{name: part for name, part in before.items() if name != "Gamma"}, "Último": before["Gamma"]}


def test_where_a_mention_goes(setup: EngineSetup) -> None:
    """To the partition of each brand that it is about, once; with stars to all; about nobody to none."""
    router, parts = PartRouter(setup, Partitions(4)), Partitions(4).of_brands(setup.brands)
    assert router.parts_of(a_mention("acme y delta"), START) == (parts["Acme"],)
    assert router.parts_of(a_mention("beta, zeta"), START) == tuple(sorted({parts["Beta"], parts["Zeta"]}))
    assert router.parts_of(a_mention("gamma", rating=2.0), START) == (1, 2, 3, 4)
    assert router.parts_of(a_mention("nadie", rating=2.0), START) == ()
    spoken = a_mention("aquí beta", id="post", author="beta_es")
    assert router.parts_of(spoken, START) == (parts["Beta"],)
    answer = msgspec.structs.replace(a_mention("qué mal"), parent_id="post")
    assert router.parts_of(answer, START) == (parts["Beta"],)
    assert router.wants(answer)
    assert not router.wants(msgspec.structs.replace(answer, parent_id="other"))
