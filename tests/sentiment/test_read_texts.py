"""Texts read together: every value that the model weighs is that of reading each by itself."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.sentiment.features import read_words
from sentinel.sentiment.lexicon import load_lexicon
from sentinel.sentiment.read_texts import of_read_words, read_texts
from sentinel.sentiment.word_bits import AWAITS, CONTRAST, HARMS, INTENSIFIER, IRONY, MOCKS, NEGATOR, SPECIAL
from sentinel.sentiment.word_table import WordTable
from sentinel.sentiment.words import vocabulary
from tests.sentiment.test_features import BREAKERS

ENDS = st.sampled_from(
    [" "] * 6 + [", ", ". ", "... ", "! ", " 😡 ", " 💀 ", "\n", "\x1c", "", ";) ", " @a ", " 3,5% "]
)
SHAPES = ("ÑANDÚ", "İstanbul", "ß", "maloooo", "jajaja", "NO", "¿", "\ud800", "ﷺ", "http://a.b/c", "a_b", "x" * 90)
TURNING = (NEGATOR, INTENSIFIER, CONTRAST, SPECIAL, MOCKS, HARMS, AWAITS, IRONY)
"""Bits of words that decide what the words around them are worth."""


@cache
def said_in(language: str) -> st.SearchStrategy[str]:
    """Texts of words that weigh upon each other, of each sort as often as of any other, and set phrases."""
    lexicon, known = load_lexicon(language), vocabulary(language)
    sorts = [tuple(word for word in lexicon.words() if known[word].bits & bits) for bits in TURNING]
    sorts.append(tuple(word for word in lexicon.words() if known[word].valence))
    sorts.append(
        tuple(
            " ".join((first, second, *phrase.rest))
            for first, seconds in lexicon.phrases.items()
            for second, phrases in seconds.items()
            for phrase in phrases
        )
    )
    word = st.one_of([st.sampled_from(sort) for sort in (*sorts, SHAPES) if sort])
    pieces = st.lists(st.builds(str.__add__, word, ENDS), max_size=24).map("".join)
    return st.one_of([pieces] * 8 + [st.sampled_from(list(BREAKERS.values()))])


@pytest.mark.parametrize("language", ["es", "en", "fr", "und"])
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_values_are_those_of_each_text_by_itself(language: str, data: st.DataObject) -> None:
    """Negations, contrasts, set phrases with gaps, rescues, what is owed, mocking praise and signs, in any order."""
    texts, table = data.draw(st.lists(said_in(language), min_size=1, max_size=12)), WordTable(vocabulary(language))
    together = read_texts(texts, list(map(table.numbers_of, texts)), table)
    alone = of_read_words([read_words(text, language) for text in texts])
    assert together.forms == alone.forms
    for one, other in ((together.hashes, alone.hashes), (together.words, alone.words)):
        assert one.tolist() == other.tolist()
    assert (together.measured.dtype, together.measured.shape) == (alone.measured.dtype, alone.measured.shape)
    assert np.array_equal(together.measured, alone.measured)
