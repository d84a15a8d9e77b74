"""Every sentence exists in both languages, with the same places to fill."""

import re

import pytest

from sentinel.errors import SentinelError
from sentinel.phrases.phrases import catalogue, lacking, languages, places, say


def test_the_same_sentences_in_both_languages() -> None:
    """No key is missing on either side, and none says something the other does not."""
    spanish, english = catalogue("es"), catalogue("en")
    assert set(spanish) == set(english)
    assert languages() == ("en", "es")
    assert {language: lacking(language) for language in languages()} == {"en": (), "es": ()}
    for key, sentence in spanish.items():
        assert places(sentence) == places(english[key]), key
        assert sentence.strip(), key


def test_spanish_is_spanish() -> None:
    """Questions and exclamations open as well as close."""
    for key, sentence in catalogue("es").items():
        assert sentence.count("?") == sentence.count("¿"), key
        assert sentence.count("!") == sentence.count("¡"), key
        assert not re.search(r"\b(the|and|with)\b", sentence), key


def test_what_is_missing_is_named() -> None:
    """A wrong key, a missing fact, a language nobody wrote."""
    for arguments in (("es", "page.nothing"), ("es", "page.title_stale"), ("fi", "page.repeat")):
        with pytest.raises(SentinelError):
            say(*arguments)


def test_no_reason_is_told_as_a_factor() -> None:
    """Sixteen times nothing is not a figure: people read how many there were and how many were to be expected."""
    for language in ("es", "en"):
        for key, sentence in catalogue(language).items():
            if key.split(".")[0] in ("evidence", "signals", "page", "sector"):
                assert "{times}" not in sentence, f"{language}: {key}"
                assert "×" not in sentence, f"{language}: {key}"
