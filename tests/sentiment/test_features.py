"""Features: what they see in a post, and that no text breaks them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.sentiment.features import MEASURED, SLOTS, by_lexicon_alone, features_of
from sentinel.sentiment.hashed_slots import WIDTH
from sentinel.sentiment.language import READ

BREAKERS = {
    "empty": "",
    "blank": " \n\t",
    "one letter": "a",
    "a megabyte of one letter": "x" * 1_000_000,
    "a megabyte of words": "mal " * 250_000,
    "only emoji": "😡🔥" * 50_000,
    "right to left": "مرحبا كيف حالك " * 300,
    "zero width": "\u200b\u200d\ufeff" * 500,
    "half a surrogate pair": "hola \ud83d adiós \udc00",
    "NUL": "a\x00b",
    "mixed scripts": "дом 家 maison σπίτι casa",
    "marks upon marks": "a" + "\u0301" * 5000,
    "widening": "ﷺ" * 100_000,
    "endless emoticon": ":-" * 100_000,
    "endless address": "http://" + "a" * 1_000_000,
    "only handles": "@" * 100_000,
    "endless tag": "#" + "feliz" * 100_000,
    "phrases within phrases": "no me no me gusta no me no " * 20_000,
    "every script in one word": "aдा家ﻼ\u0e01\u200d😡",
    "flags and families": "🇪🇸👨‍👩‍👧‍👦🏳️‍🌈" * 3_000,
    "escapes": "\\ud83d\\u0000\\u2019",
}


def measured(text: str, language: str = "es") -> dict[str, float]:
    """The measured features by name."""
    return dict(zip(MEASURED, features_of(text, language).values[-len(MEASURED) :].tolist(), strict=True))


def hashed(text: str, language: str = "es") -> set[int]:
    """The hashed slots a text touches."""
    return {int(slot) for slot in features_of(text, language).slots if slot < WIDTH}


@pytest.mark.parametrize("language", [*READ, "und"])
@pytest.mark.parametrize("text", BREAKERS.values(), ids=BREAKERS)
def test_no_text_breaks_them(text: str, language: str) -> None:
    """Every text has a bounded number of features, finite, each in a slot that exists."""
    slots, values, _ = features_of(text, language)
    assert slots.shape == values.shape
    assert len(slots) < 20_000
    assert slots.min() >= 0
    assert slots.max() < SLOTS
    assert np.isfinite(values).all()


@given(st.text(st.characters(), max_size=300))
def test_same_text_same_features(text: str) -> None:
    """A text has the same features each time, whatever was read in between."""
    first = features_of(text, "en")
    features_of("something else", "en")
    again = features_of(text, "en")
    assert first.slots.tolist() == again.slots.tolist()
    assert first.values.tolist() == again.values.tolist()


def test_negation_turns_a_verdict_around() -> None:
    """ "no lo recomiendo" is not praise, and the negated word is another feature than the plain one."""
    assert measured("lo recomiendo")["valence"] > 0 > measured("no lo recomiendo")["valence"]
    assert measured("i do not love it", "en")["valence"] < 0
    assert measured("no me gusta", "es")["valence"] < 0
    assert hashed("no funciona") != hashed("ya funciona")


def test_what_is_owed_counts_where_it_is_denied() -> None:
    """A reply is worth nothing by itself; "ni una respuesta" and "esperando respuesta" complain, "ni una queja"
    praises.
    """
    assert measured("respuesta")["valence"] == 0
    assert measured("nadie nos ha dado una respuesta")["valence"] < 0
    assert measured("esperando una explicación")["denied"] > 0
    assert measured("ni una avería")["valence"] > 0
    assert measured("not one reply", "en")["valence"] < 0 < measured("not one delay", "en")["valence"]


def test_a_rescue_undoes_what_is_bad_around_it() -> None:
    """Who pays back the swindled is praised, and so is a suit that was dropped; where no rescue came it stays bad."""
    assert measured("el banco indemniza a los estafados")["valence"] > 0
    assert measured("lawsuit against acme dismissed", "en")["valence"] > 0
    assert measured("acme no indemniza a las víctimas")["valence"] < 0


def test_what_is_said_in_either_mood_follows_the_rest() -> None:
    """A skull is praise beside words of love and a complaint beside a harm."""
    assert measured("qué belleza 💀")["swings_good"] == 1.0
    assert measured("otra avería 💀")["swings_bad"] == 1.0
    assert measured("qué belleza 💀")["good"] > measured("qué belleza")["good"]


def test_thanks_before_a_harm_are_seen() -> None:
    """ "Gracias por dejarme tirado" mocks; thanks for help do not."""
    assert measured("gracias por dejarme tirado")["bad_after_irony"] > 0
    assert measured("gracias por la ayuda")["bad_after_irony"] == 0
    assert measured("genial, tres horas de cola")["irony_and_trouble"] == 1.0


def test_languages_read_by_lexicon_share_no_word_with_the_trained() -> None:
    """Their words stand where the seed has no weights; what is measured stands once, for all of them."""
    slots, values, language = features_of("le service est nul", "fr")
    trained = {int(slot) for slot in features_of("le service est nul", "es").slots}
    assert language == "fr"
    assert trained.isdisjoint(slots.tolist())
    alone = by_lexicon_alone(features_of("le service est nul", "fr"))
    assert alone.slots.tolist() == slots[-len(MEASURED) :].tolist()
    assert alone.values.tolist() == values[-len(MEASURED) :].tolist()


def test_punctuation_ends_a_negation() -> None:
    """ "No. Genial." praises; the negation stays in its sentence."""
    assert measured("no. genial")["valence"] > 0


def test_what_follows_but_counts_apart() -> None:
    """ "Bonito pero caro y roto" ends badly, and the features say so."""
    assert measured("bonito pero roto")["after_contrast"] < 0


def test_intensifiers_raise() -> None:
    """ "Muy malo" is worse than "malo"."""
    assert measured("muy malo")["bad"] > measured("malo")["bad"]


def test_handles_addresses_and_numbers_are_alike() -> None:
    """Which account, which address and which amount does not matter, that there is one does."""
    assert hashed("@acme mirad http://a.es/1 20 euros") == hashed("@otra mirad https://b.com/xyz 35 euros")
    seen = measured("@acme http://a.es #tag 20")
    assert (seen["url"], seen["number"]) == (1.0, 1.0)
    assert seen["handles"] == pytest.approx(1 / 3)
    assert seen["hashtags"] == pytest.approx(1 / 3)


def test_stretched_words_are_known() -> None:
    """ "maloooo" is "malo", said louder."""
    assert measured("maloooo")["bad"] == measured("malo")["bad"]
    assert measured("maloooo")["stretched"] == 1.0


def test_signs_are_seen() -> None:
    """Emoji, questions, exclamations, dots, laughter and shouting each leave a mark."""
    assert measured("😡")["emoji_bad"] > 0
    assert measured("😍")["emoji_good"] > 0
    assert measured("¿abrís?")["asks"] == 1.0
    assert measured("ya!")["exclaims"] == 1.0
    assert measured("bueno...")["dots"] == 1.0
    assert measured("jajajaja")["laughter"] == 1.0
    assert measured("NADIE RESPONDE AQUÍ")["shouts"] > measured("nadie responde aquí")["shouts"]


def test_crisis_words_are_counted() -> None:
    """Words of harm, law and boycott are counted up to three."""
    assert measured("estafa, fraude, boicot y denuncia")["crisis"] == 1.0
    assert measured("buenos días")["crisis"] == 0.0


def test_accents_and_width_do_not_matter() -> None:
    """Accents left out and full-width letters make no other word."""
    assert hashed("vergüenza pésimo") == hashed("verguenza pesimo") == hashed("ｖｅｒｇｕｅｎｚａ pésimo")


def test_end_of_a_long_text_is_read() -> None:
    """The verdict of a long review stands in its last line, and is seen."""
    assert measured("la caja es azul " * 500 + "una estafa")["bad"] > 0
