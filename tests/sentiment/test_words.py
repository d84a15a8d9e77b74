"""Words and lexicon: what is known of a token, in bounded memory."""

import pytest

from sentinel.errors import SentinelError
from sentinel.sentiment import words
from sentinel.sentiment.lexicon import Entry, Lexicon, Role, load_lexicon
from sentinel.sentiment.lexicon.lexicon import _read_line
from sentinel.sentiment.words import Kind, Vocabulary, tokens_of, vocabulary


def test_tokens_of_a_post() -> None:
    """Handles, tags, addresses, emoticons, emoji, words and punctuation each stay whole."""
    assert tokens_of("@Acme NO funciona :( #fail https://a.es/x?y=1 ¡¡ya!! 3,5% don't 😡") == [
        "@acme", "no", "funciona", ":(", "#fail", "https://a.es/x?y=1", "¡¡", "ya", "!!", "3,5%", "don't", "😡",
    ]  # fmt: skip


def test_escapes_are_undone() -> None:
    """Escapes that an export left in the text are read as the characters they mean."""
    assert tokens_of("isn\\u2019t") == ["isn’t"]


@pytest.mark.parametrize(
    ("token", "form", "kind"),
    [
        ("buenoooo", "buenoo", Kind.STRETCHED),
        ("jajajaja", "jaja", Kind.LAUGHTER),
        ("https://x.y/z", "http", Kind.URL),
        ("www.x.y", "http", Kind.URL),
        ("httpd", "httpd", Kind(0)),
        ("@acme", "@", Kind.HANDLE),
        ("@", "@", Kind(0)),
        ("#vergüenza", "#verguenza", Kind.HASHTAG),
        ("12,5%", "0", Kind.NUMBER),
        ("?!", "?!", Kind.STOP | Kind.ASKS | Kind.EXCLAIMS),
        ("¡", "¡", Kind.STOP),
        ("...", "…", Kind.STOP | Kind.DOTS),
        (",", ",", Kind.STOP),
        ("😡", "😡", Kind.EMOJI),
        (":-(", ":-(", Kind.EMOJI),
        ("+", "+", Kind(0)),
    ],
)
def test_what_is_known_of_a_token(token: str, form: str, kind: Kind) -> None:
    """Each token has a plain form and a kind."""
    word = vocabulary("es")[token]
    assert word.form == form
    assert word.bits >> 16 == int(kind) >> 16


def test_languages_keep_their_words_apart() -> None:
    """ "Once" is eleven in Spanish and a time gone by in English: two words, two hashes."""
    assert vocabulary("es")["once"].hash != vocabulary("en")["once"].hash


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the memory is full it is emptied, and words stay what they are."""
    monkeypatch.setattr(words, "_KNOWN_WORDS", 3)
    known = Vocabulary("es")
    first = known["malo"]
    for token in ("uno", "dos", "tres", "cuatro"):
        assert known[token].form == token
        assert len(known) <= 3
    assert known["malo"] == first


def test_longest_beginning_wins() -> None:
    """Of two beginnings the longer gives the valence; both give their roles; a whole word goes before either."""
    lexicon = Lexicon()
    for word, valence, role in (
        ("des*", 1, Role.NEWS),
        ("desast*", -3, Role.NONE),
        ("desastrado", -1, Role.NONE),
        ("desast*", 4, Role.CRISIS),
    ):
        lexicon.add(word, valence, role)
    assert lexicon.look_up("desastre") == Entry(-3, Role.NEWS | Role.CRISIS)
    assert lexicon.look_up("desastrado").valence == -1
    assert lexicon.look_up("desde") == Entry(1, Role.NEWS)
    assert lexicon.look_up("d") == Entry()


@pytest.mark.parametrize("line", ["malo bueno", "grave: malo", "x-3: malo"])
def test_bad_line_names_file_and_line(line: str) -> None:
    """A line without valence or role is refused with its place."""
    with pytest.raises(SentinelError, match="es.txt:7: .* is neither a valence"):
        _read_line(Lexicon(), line, "es.txt:7")


@pytest.mark.parametrize("language", ["es", "en", "pt", "und"])
def test_shipped_lexicons_load(language: str) -> None:
    """Every shipped lexicon reads, and knows good from bad."""
    lexicon = load_lexicon(language)
    assert lexicon.look_up("😡").valence < 0 < lexicon.look_up("😍").valence
    assert any(lexicon.look_up(word).roles & Role.NEGATOR for word in ("no", "nao"))
