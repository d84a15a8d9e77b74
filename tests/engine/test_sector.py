"""Competitors as context: when the whole sector is loud, pages say so, and no score moves for it."""

from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.errors import ConfigError
from sentinel.incidents.change import EventName
from sentinel.mention import Mention
from sentinel.phrases.phrases import say
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.sector import SECTOR, in_sector
from sentinel.simulation.history import Story, history
from tests.daemon.setups import CONFIG, an_engine
from tests.engine.test_engine import fold_all
from tests.fakes import START

RIVALS = CONFIG.replace('match: {any: ["acme", "@acme"]}', 'match: {any: ["acme", "@acme"]}, competitors: [Zeta]', 1)


def days(brand: str, seed: int, storm: float) -> list[Mention]:
    """Two days of calm, then so many minutes of storm; both of them in Spanish."""
    told = Story(
        brand=brand,
        language="es",
        end=START,
        seed=seed,
        calm=timedelta(days=2, minutes=-storm),
        storm=timedelta(minutes=storm),
    )
    return list(history(told))


def lived(engine: Engine, *brands: list[Mention]) -> dict[str, tuple[Assessment | None, list[dict[str, float]]]]:
    """Each brand's last assessment and what its events carried."""
    decided = fold_all(engine, sorted((m for each in brands for m in each), key=lambda m: m.published_at))
    events = [
        event
        for _, changes in decided
        for change in changes
        for event in change.events
        if event.event is EventName.LEVEL_CHANGED
    ]
    return {
        state.name: (state.assessment, [e.contributions for e in events if e.brand == state.name])
        for state in engine.brands
    }


def test_a_sector_that_is_loud_is_said_and_lowers_nothing(tmp_path: Path) -> None:
    """Both burn, Zeta first: Acme's evidence and events say so with no points, its score is as without.

    Zeta names none.
    """
    acme, zeta = days("acme", 1, 20), days("zeta", 2, 60)
    with_rivals, alone = lived(an_engine(tmp_path, RIVALS), acme, zeta), lived(an_engine(tmp_path), acme, zeta)
    now, events = with_rivals["Acme"]
    plain = alone["Acme"][0]
    assert now is not None
    assert plain is not None
    assert (now.score, now.level) == (plain.score, plain.level)
    assert now.contributions == {**plain.contributions, SECTOR: 0.0}
    assert events[-1][SECTOR] == 0.0
    reason = next(each for each in now.evidence if each.signal == SECTOR)
    assert say("es", reason.key, **dict(reason.facts)).startswith(
        "también se habla mucho más de lo habitual de Zeta: 1 de los 1"
    )
    assert say("en", reason.key, **dict(reason.facts)).startswith(
        "far more than usual is said about Zeta as well: 1 of the 1"
    )
    rival = with_rivals["Zeta"][0]
    assert rival is not None
    assert SECTOR not in rival.contributions


def test_a_brand_alone_in_its_trouble(tmp_path: Path) -> None:
    """The competitor's day is as ever: nothing is said of the sector."""
    now, events = lived(an_engine(tmp_path, RIVALS), days("acme", 1, 20), days("zeta", 2, 0))["Acme"]
    assert now is not None
    assert SECTOR not in now.contributions
    assert all(SECTOR not in each for each in events)


def test_the_competitor_in_the_middle_decides(tmp_path: Path) -> None:
    """One loud rival of three is that rival's own trouble; two of three are the sector, the louder one named first."""
    now, _ = lived(an_engine(tmp_path), days("acme", 1, 20))["Acme"]
    assert now is not None
    assert in_sector(now, {"B": 9.0, "C": 0.0, "D": 1.0}) is now
    told = in_sector(now, {"B": 4.0, "C": 9.0, "D": 1.0}).evidence[-1]
    assert dict(told.facts) == {"names": "C, B", "count": 2.0, "of": 3.0}


@pytest.mark.parametrize(("rival", "why"), [("Zetta", "Zetta"), ("Acme", "is the brand itself")])
def test_a_competitor_must_be_another_brand_of_the_file(tmp_path: Path, rival: str, why: str) -> None:
    """A wrong name is named at the start, with its place."""
    path = tmp_path / "c.yaml"
    path.write_text(RIVALS.replace("[Zeta]", f"[{rival}]"), encoding="utf-8")
    with pytest.raises(ConfigError, match=why):
        load(path, {})
