"""What is known to come is read together: scores, events and state stay those of reading one by one."""

import json
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.engine.replay import Replay
from sentinel.mention import Mention
from sentinel.sentiment.features import features_of
from sentinel.sentiment.language import READ, detect_language
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.own_words import Domain, own_words
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.text_scores import TOKENS, AskedText
from sentinel.simulation.history import Story, history
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.fakes import START
from tests.sentiment.test_features import BREAKERS

ODD = ("", " ", "a", "\ud800", "😡", "no", "ß ", "x" * 3_000, "una " * 900, "¿?", "\x00", "ﷺ", *BREAKERS.values())
POSTS = (
    "@acme tercer día sin servicio y nadie responde, qué vergüenza",
    "thanks @acme, not a single complaint in two years",
    "não funciona nada, que merda de atendimento",
    "le service est nul, une honte",
    "Gracias por dejarme tirado tres horas 👏",
)
TEXTS = st.lists(st.sampled_from([*ODD, *POSTS]) | st.text(st.characters(), max_size=60), max_size=24)
OWN = own_words(Domain.GAMES, {"limbo": -3})


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    """The shipped one, a little taught in a language without weights of its own."""
    model = load_seed()
    for _ in range(3):
        model.learn_one("le service est nul, une honte", "negative", lang="fr")
    return model


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_a_chunk_says_what_each_text_by_itself_does(model: SentimentModel, texts: list[str], rng: Random) -> None:
    """Whatever stands beside a text, in whatever language: the same three probabilities, to the last bit."""
    asked = [
        AskedText(text, rng.choice((*READ, "und", detect_language(text))), rng.choice((None, OWN))) for text in texts
    ]
    alone = [model.classify_many([each])[0] for each in asked]
    assert model.classify_many(asked) == alone
    assert model.classify_many(asked * 2) == alone * 2


@pytest.mark.parametrize(("corpus", "language"), [("en", "en"), ("es", "es"), ("es", "pt"), ("en", "und")])
def test_posts_of_one_language_are_read_together(model: SentimentModel, corpus: str, language: str) -> None:
    """Negations, contrasts, set phrases, rescues, what is owed and mocking praise, as people write them."""
    posts = (files("sentinel.sentiment.corpus") / f"brand_{corpus}.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [AskedText(json.loads(post)["text"], language) for post in [*posts[::7], *posts[:2]]]
    assert model.classify_many(asked) == [model.classify_many([each])[0] for each in asked]


def test_many_long_texts_are_read_in_several_chunks(model: SentimentModel) -> None:
    """More words than one chunk takes, and the one that fills it up."""
    asked = [AskedText(f"{post} " * 30, "es") for post in POSTS * 40]
    assert sum(len(each.text.split()) for each in asked) > 2 * TOKENS
    assert model.classify_many(asked) == [model.classify_many([each])[0] for each in asked]


def test_what_is_read_is_what_is_learnt_from(model: SentimentModel) -> None:
    """The features that lessons move are those that a text is read by."""
    for text in (*ODD, *POSTS):
        for language in ("es", "und", "fr"):
            said = model.classify_many([AskedText(text, language)])[0][1]
            chances = model.chances(features_of(text, language))
            assert np.allclose((said.negative, said.neutral, said.positive), chances, rtol=0, atol=2e-5)


def outcome(mentions: Sequence[Mention], path: Path, ahead: int) -> str:
    """A digest of every score, event and bit of state of a replay."""
    engine = an_engine(path)
    run, seen = Replay(engine, ahead=ahead), sha256()
    for at, changes in run.run(mentions):
        events = [msgspec.to_builtins(event) for change in changes for event in change.events]
        scores = [(each.brand, each.score, each.level, each.contributions) for each in engine.assessments]
        seen.update(json.dumps([at.isoformat(), events, scores], default=str).encode())
    seen.update(msgspec.msgpack.encode(engine.snapshot()))
    return seen.hexdigest()


def test_a_replay_is_the_same_however_far_it_looks_ahead(tmp_path: Path) -> None:
    """Copies, odd texts, several languages, and stars whose lessons bring new versions of the model midway."""
    rng = Random(5)
    mentions = list(
        history(Story(brand="Acme", language="es", end=START, calm=timedelta(hours=9), storm_per_minute=20))
    )[-300:]
    for number, text in enumerate([*ODD[:12], *POSTS] * 3):
        at = mentions[rng.randrange(len(mentions))].published_at
        stars = rng.choice((None, 1.0, 5.0))
        mentions.append(a_mention(f"acme {text}".replace("\ud800", "?"), at=at, rating=stars, id=f"odd{number}"))
    mentions.sort(key=lambda each: (each.published_at, each.id))
    first = outcome(mentions, tmp_path, 1)
    for ahead in (7, rng.randrange(20, 300)):
        assert outcome(mentions, tmp_path, ahead) == first
