"""Histories of every kind."""

from datetime import timedelta

import pytest

from sentinel.mention import Kind as Form
from sentinel.mention import Mention
from sentinel.simulation.kinds import PLANS, ScenarioKind
from sentinel.simulation.scenario import scenario
from tests.fakes import START

CRISES = {ScenarioKind.SLOW_BURN: 1, ScenarioKind.SECOND_WAVE: 2, ScenarioKind.COLD_START: 1} | {
    kind: 1 for kind in ScenarioKind if kind.startswith(("firestorm", "buried", "under", "few", "always"))
}


@pytest.mark.parametrize("kind", ScenarioKind)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_history_of_every_kind(kind: ScenarioKind, language: str) -> None:
    """In order, as long as its plan, all about the brand, with its crises told; the same seed tells the same."""
    made, truth = scenario(kind, brand="Acme", language=language, end=START, seed=3)
    assert [m.published_at for m in made] == sorted(m.published_at for m in made)
    assert START - timedelta(days=PLANS[kind].days) <= made[0].published_at
    assert made[-1].published_at < START
    assert all("Acme" in m.text for m in made)
    assert len({m.id for m in made}) == len(made)
    assert len(truth.crises) == CRISES.get(kind, 0)
    assert bool(truth.crises) == bool(truth.page_by)
    if kind is not ScenarioKind.FIRESTORM_BIG:
        assert (made, truth) == scenario(kind, brand="Acme", language=language, end=START, seed=3)


def test_another_seed_is_another_history() -> None:
    """Rates and onsets move with the seed."""
    one, other = (
        scenario(ScenarioKind.FIRESTORM_MID, brand="Acme", language="es", end=START, seed=seed) for seed in (1, 2)
    )
    assert one[1].crises != other[1].crises
    assert len(one[0]) != len(other[0])


def test_the_storm_is_louder_and_the_flood_made_by_few() -> None:
    """The hour after the onset has many times the mentions of the hour before; seven accounts make the flood; one
    article is one.
    """
    made, truth = scenario(ScenarioKind.FIRESTORM_MID, brand="Acme", language="en", end=START, seed=1)
    onset, hour = truth.crises[0], timedelta(hours=1)
    before = sum(onset - hour < m.published_at <= onset for m in made)
    after = sum(onset < m.published_at <= onset + hour for m in made)
    assert after > 5 * max(1, before)
    flood, _ = scenario(ScenarioKind.BOT_FLOOD, brand="Acme", language="es", end=START, seed=1)
    bots = [m for m in flood if m.author and m.author.id and m.author.id.startswith("bot")]
    assert len(bots) > 300
    assert len({m.author.id for m in bots if m.author}) == 7
    news, _ = scenario(ScenarioKind.SYNDICATION, brand="Acme", language="es", end=START, seed=1)
    assert len({m.text for m in news if m.kind is Form.ARTICLE}) == 1


def test_few_accounts_make_what_few_make() -> None:
    """One customer, five puppets, six echoes of one sentence; a whole crowd praises over a crisis."""

    def told(kind: ScenarioKind, name: str) -> list[Mention]:
        made, _ = scenario(kind, brand="Acme", language="en", end=START, seed=2)
        return [m for m in made if m.author and m.author.id and m.author.id.startswith(name)]

    customer = told(ScenarioKind.ONE_CUSTOMER, "customer")
    assert len({m.author.id for m in customer if m.author}) == 1
    assert len({m.text for m in customer}) > 10
    assert 2 <= len({m.author.id for m in told(ScenarioKind.SOCK_PUPPETS, "puppet") if m.author}) <= 5
    echo = told(ScenarioKind.UNDER_COPIES, "echo")
    assert len({m.author.id for m in echo if m.author}) == 6
    assert len({m.text for m in echo}) == 1


def test_matches_begin_at_the_same_hour_of_the_week() -> None:
    """Six Saturdays, none moved by the seed; nothing counts before the fourth."""
    _, truth = scenario(ScenarioKind.MATCH_NIGHTS, brand="Acme", language="es", end=START, seed=5)
    assert (START - truth.counts_from).days == 20
    waves = PLANS[ScenarioKind.MATCH_NIGHTS].waves
    assert {(wave.after % timedelta(days=7), wave.moves) for wave in waves} == {(timedelta(days=5), False)}
