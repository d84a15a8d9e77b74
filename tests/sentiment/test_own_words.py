"""A brand's own words: what is no complaint in a game is none for that brand, and one for every other."""

from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.assembly.build import build_engine
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.errors import ConfigError
from sentinel.sentiment.own_words import Domain, own_words
from sentinel.sentiment.seed import load_seed
from tests.builders import a_mention
from tests.fakes import START


def an_engine(folder: Path, *brands: str) -> Engine:
    path = folder / "s.yaml"
    path.write_text("brands:\n" + "".join(f"  - {brand}\n" for brand in brands), encoding="utf-8")
    return build_engine(load(path, {}))


def negatives(engine: Engine, text: str, lang: str = "en") -> dict[str, float]:
    """P(negative) of a post, to each brand that it is about."""
    heard = engine.observe(a_mention(text, lang=lang), START + timedelta(minutes=1))
    return {each.brand: each.sentiment.negative for each in heard}


@pytest.mark.parametrize(
    ("domain", "lang", "text"),
    [
        ("games", "en", "acme and zeta: we destroyed and killed everybody, what a fight"),
        ("games", "es", "acme y zeta: por fin maté al enemigo, disparos y muertes por todas partes"),
        ("sport", "es", "derrota en el derbi de acme y zeta, perdimos la batalla"),
        ("market", "es", "caída de acme y zeta en bolsa, los bajistas castigan"),
    ],
)
def test_only_that_brand_hears_it_so(tmp_path: Path, domain: str, lang: str, text: str) -> None:
    """The same post is read once for each: as everywhere for one brand, as its people mean it for the other."""
    found = negatives(an_engine(tmp_path, "{name: Acme}", f"{{name: Zeta, domain: {domain}}}"), text, lang)
    assert found["Acme"] == load_seed().sentiment_of(text, lang).negative
    assert found["Zeta"] < found["Acme"] - 0.1


def test_what_is_a_complaint_in_a_game_stays_one(tmp_path: Path) -> None:
    """Servers, refunds and bad manners mean the same there."""
    text = "acme and zeta servers are down again, I want a refund, worst launch ever"
    found = negatives(an_engine(tmp_path, "{name: Acme}", "{name: Zeta, domain: games}"), text)
    assert found["Zeta"] == pytest.approx(found["Acme"], abs=0.05)


def test_words_given_by_hand_go_before_those_of_the_domain(tmp_path: Path) -> None:
    """What a brand's people call good is good, in whichever case and with accents or without."""
    text = "acme, zeta: el disparo nuevo es épico"
    found = negatives(
        an_engine(tmp_path, "{name: Acme}", "{name: Zeta, domain: games, lexicon: {Disparo: -4}}"), text, "es"
    )
    plain = negatives(an_engine(tmp_path, "{name: Acme}", "{name: Zeta, domain: games}"), text, "es")
    assert found["Zeta"] > plain["Zeta"] + 0.1
    own = own_words(Domain.GAMES, {"Épico": 3})
    assert own is not None
    assert (own.worth("epico", "es"), own.has("ÉPICO"), own.worth("servidor", "es")) == (3, True, None)


def test_a_word_of_the_domain_is_not_grave(tmp_path: Path) -> None:
    """A dozen deaths in a game are no emergency; at another brand they are."""
    engine = an_engine(tmp_path, "{name: Acme}", "{name: Zeta, domain: games}")
    places = ("puente", "torre", "castillo", "granja", "playa", "cueva", "bosque", "puerto", "mina", "mercado")
    for n, place in enumerate(places):
        text = f"{n + 2} muertos en {place} de acme y zeta, {places[n - 3]} y {places[n - 5]} seguimos"
        at = START + timedelta(minutes=n)
        engine.observe(a_mention(text, at=at), at)
    engine.assess(START + timedelta(minutes=11))
    points = {each.brand: each.contributions["severity"] for each in engine.assessments}
    assert points["Acme"] > points["Zeta"] == 0.0


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("domain: gaming", "games"),
        ("lexicon: {kill: 9}", "4"),
        ("lexicon: {two words: 1}", "two words"),
    ],
)
def test_a_mistake_names_itself(tmp_path: Path, keys: str, said: str) -> None:
    """The key, and what it may be."""
    with pytest.raises(ConfigError) as caught:
        an_engine(tmp_path, f"{{name: Acme, {keys}}}")
    assert keys.partition(":")[0] in str(caught.value)
    assert said in str(caught.value)
