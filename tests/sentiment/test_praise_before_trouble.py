"""Praise before trouble: thanks and applause that open a complaint count against, honest ones stay what they are."""

import pytest

from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.word_sums import WordSums
from sentinel.sentiment.words import tokens_of, vocabulary


def sums(text: str, lang: str) -> WordSums:
    known = vocabulary(lang)
    words = [known[token] for token in tokens_of(text)]
    known.join_phrases(words)
    return WordSums(words)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "gracias por cancelar mi vuelo sin avisar"),
        ("es", "genial, otra vez sin agua caliente"),
        ("es", "bravo, me habéis arruinado las vacaciones"),
        ("es", "enhorabuena por perder mi pedido dos veces"),
        ("en", "thanks for losing my bag again"),
        ("en", "bravo, the app crashed again right before boarding"),
    ],
)
def test_it_is_read_as_the_complaint_that_it_is(lang: str, text: str) -> None:
    """Nothing of the praise is left, and the model hears a complaint."""
    found = sums(text, lang)
    assert found.bad > found.good
    assert load_seed().sentiment_of(text, lang).negative > 0.5


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "gracias por solucionar la avería tan rápido"),
        ("es", "excelente atención, mi problema quedó resuelto en una hora"),
        ("es", "muy buen servicio, pero el paquete llegó roto"),
        ("en", "thanks for fixing the outage so quickly"),
        ("en", "brilliant service, my broken phone was replaced in a day"),
        ("en", "delays everywhere else, thanks for being on time"),
    ],
)
def test_thanks_for_a_mending_a_contrast_and_praise_after_it_stay(lang: str, text: str) -> None:
    """What was praised is still counted as good."""
    assert sums(text, lang).good > 0


def test_what_ends_a_set_phrase_rescues_nobody() -> None:
    """«Superar» undoes a harm by itself; in "os habéis superado" it does not."""
    assert sums("os habéis superado, ni luz ni línea", "es").rescued < 0
    assert sums("han superado la avería", "es").rescued >= 0
