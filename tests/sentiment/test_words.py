"""Words and lexicon: what is known of a token, in bounded memory."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sentinel.errors import SentinelError
from sentinel.sentiment import word_table, words
from sentinel.sentiment.language import READ
from sentinel.sentiment.lexicon import GAP, NEAR, MoodLexicon, SetPhrase, WordRole, WordWorth, load_lexicon
from sentinel.sentiment.lexicon.lexicon import _read_line
from sentinel.sentiment.word_table import WordTable, table_of
from sentinel.sentiment.words import TokenKind, Vocabulary, tokens_of, vocabulary


def test_tokens_of_a_post() -> None:
    """Handles, tags, addresses, emoticons, emoji, words and punctuation each stay whole."""
    assert tokens_of("@Acme NO funciona :( #fail https://a.es/x?y=1 ¡¡ya!! 3,5% don't 😡") == [
        "@acme",
        "no",
        "funciona",
        ":(",
        "#fail",
        "https://a.es/x?y=1",
        "¡¡",
        "ya",
        "!!",
        "3,5%",
        "don't",
        "😡",
    ]


def test_escapes_are_undone() -> None:
    """Escapes that an export left in the text are read as the characters they mean."""
    assert tokens_of("isn\\u2019t") == ["isn’t"]


@pytest.mark.parametrize(
    ("token", "form", "kind"),
    [
        ("buenoooo", "buenoo", TokenKind.STRETCHED),
        ("jajajaja", "jaja", TokenKind.LAUGHTER),
        ("https://x.y/z", "http", TokenKind.URL),
        ("www.x.y", "http", TokenKind.URL),
        ("httpd", "httpd", TokenKind(0)),
        ("@acme", "@", TokenKind.HANDLE),
        ("@", "@", TokenKind(0)),
        ("#vergüenza", "#verguenza", TokenKind.HASHTAG),
        ("12,5%", "0", TokenKind.NUMBER),
        ("?!", "?!", TokenKind.STOP | TokenKind.ASKS | TokenKind.EXCLAIMS),
        ("¡", "¡", TokenKind.STOP),
        ("...", "…", TokenKind.STOP | TokenKind.DOTS),
        (",", ",", TokenKind.STOP),
        ("😡", "😡", TokenKind.EMOJI),
        (":-(", ":-(", TokenKind.EMOJI),
        ("+", "+", TokenKind(0)),
    ],
)
def test_what_is_known_of_a_token(token: str, form: str, kind: TokenKind) -> None:
    """Each token has a plain form and a kind."""
    word = vocabulary("es")[token]
    assert word.form == form
    assert word.bits >> 32 == int(kind) >> 32


def test_languages_keep_their_words_apart() -> None:
    """ "Once" is eleven in Spanish and a time gone by in English: two words, two hashes."""
    assert vocabulary("es")["once"].hash != vocabulary("en")["once"].hash


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the memory is full it is emptied, and words stay what they are."""
    monkeypatch.setattr(words, "KNOWN_WORDS", 3)
    known = Vocabulary("es")
    first = known["malo"]
    for token in ("uno", "dos", "tres", "cuatro"):
        assert known[token].form == token
        assert len(known) <= 3
    assert known["malo"] == first


def test_a_text_without_a_space_is_read_and_not_remembered() -> None:
    """Sixty thousand such texts would be hundreds of megabytes; a long word has the form of its beginning."""
    known = Vocabulary("es")
    table, text = WordTable(known), "estafa" * 400
    for _ in range(2):
        numbers = table.numbers_of(text)
        assert [table.words[number] for number in numbers] == [known[token] for token in tokens_of(text)]
    assert known[text].form == text[:40]
    assert text not in known
    assert text not in table
    assert text not in table._numbers


def test_longest_beginning_wins() -> None:
    """Of two beginnings the longer gives the valence; both give their roles; a whole word goes before either."""
    lexicon = MoodLexicon()
    for word, valence, role in (
        ("des*", 1, WordRole.NEWS),
        ("desast*", -3, WordRole.NONE),
        ("desastrado", -1, WordRole.NONE),
        ("desast*", 4, WordRole.CRISIS),
    ):
        lexicon.add(word, valence, role)
    assert lexicon.look_up("desastre") == WordWorth(-3, WordRole.NEWS | WordRole.CRISIS)
    assert lexicon.look_up("desastrado").valence == -1
    assert lexicon.look_up("desde") == WordWorth(1, WordRole.NEWS)
    assert lexicon.look_up("d") == WordWorth()


def test_an_exempt_word_is_worth_nothing() -> None:
    """ "Rotonda" begins like "rota" and is a roundabout: a valence of 0 exempts it."""
    lexicon = MoodLexicon()
    _read_line(lexicon, "-2: rot*", "es.txt:1")
    _read_line(lexicon, "0: rotonda", "es.txt:2")
    assert lexicon.look_up("rotura").valence == -2
    assert lexicon.look_up("rotonda").valence == 0


def test_endings_lead_to_known_words() -> None:
    """A superlative or diminutive is known by the word it was made of; a known word needs no ending."""
    lexicon = MoodLexicon()
    for line in ("-3: malo", "2 joy: risa", "ending: ísimo=o ita=a"):
        _read_line(lexicon, line, "es.txt:1")
    assert lexicon.look_up("malisimo").valence == -3
    assert lexicon.look_up("risita") == WordWorth(2, WordRole.JOY)
    assert lexicon.look_up("ita") == WordWorth()


@pytest.mark.parametrize(
    ("tag", "valence"),
    [("servicefail", -2), ("notlovely", -3), ("solovely", 3), ("xkqzwv", 0), ("ok", 0), ("happy" * 20, 0)],
)
def test_tags_are_taken_apart(tag: str, valence: int) -> None:
    """A tag of words run together is worth what they are; a negator among them turns it around; others are left
    alone.
    """
    assert load_lexicon("en").take_apart(tag).valence == valence


def test_a_set_phrase_counts_as_one() -> None:
    """ "Echo de menos" is sad, though no word of it is; the longest phrase wins; a negation within is part of it."""
    known = Vocabulary("es")

    def worths(text: str) -> list[int]:
        words = [known[token] for token in tokens_of(text)]
        known.join_phrases(words)
        return [word.valence for word in words]

    assert worths("echo de menos mi barrio") == [0, 0, -2, 0, 0]
    assert worths("hasta la madre del banco")[2] == -3
    assert worths("no me gusta esto")[:3] == [0, 0, -3]
    assert worths("echo de")[1:] == [0]


def test_a_set_phrase_may_have_gaps() -> None:
    """ "No hay pan mejor" is "no hay ... mejor": up to three words between, none of them the end of a sentence."""
    known = Vocabulary("es")

    def last_worth(text: str) -> int:
        words = [known[token] for token in tokens_of(text)]
        known.join_phrases(words)
        return words[-1].valence

    assert last_worth("no hay mejor") == last_worth("no hay pan mejor") == last_worth("no hay en el barrio mejor") == 4
    assert last_worth("no hay pan en el barrio mejor") == 3
    assert last_worth("no hay. mejor") == 3


@pytest.mark.parametrize("language", READ)
@pytest.mark.parametrize("wide", [0, 3])
def test_no_set_phrase_is_passed_over_at_a_glance(language: str, wide: int) -> None:
    """Each phrase of a lexicon, its gaps closed or as wide as may be, may open by the few words that are looked at."""
    lexicon = load_lexicon(language)
    for first, seconds in lexicon.phrases.items():
        for second, opened in seconds.items():
            for phrase in opened:
                said = [first]
                for word in (second, *phrase.rest):
                    said += ["qwx"] * wide if word == GAP else [word]
                assert len(said) < 2 or lexicon.may_open(said[:NEAR]), (first, second, phrase)


def test_most_words_open_no_phrase_before_others() -> None:
    """By the next words it shows that a phrase does not begin, though its first word stands there."""
    lexicon = MoodLexicon()
    lexicon.add("drop_the_ball", -3, WordRole.NONE)
    lexicon.add("let_~_down", -3, WordRole.NONE)
    assert lexicon.may_open(["drop", "the", "ball"])
    assert lexicon.may_open(["let", "all", "of", "us", "down"])
    for said in (["drop", "the", "box"], ["drop", "it"], ["let", "it", "be", "so", "now"]):
        assert not lexicon.may_open(said), said


def test_a_role_joins_a_known_phrase() -> None:
    """A phrase that stands in two files keeps its first valence and has the roles of both."""
    lexicon = MoodLexicon()
    for line in ("-2: no_puedo", "3 swing: no_puedo"):
        _read_line(lexicon, line, "es.txt:1")
    assert lexicon.phrases["no"]["puedo"] == [SetPhrase((), WordWorth(-2, WordRole.SWING))]


def test_an_elision_is_known_by_its_word() -> None:
    """ "D'attente" is what "attente" is."""
    assert vocabulary("fr")["l'arnaque"].valence == vocabulary("fr")["arnaque"].valence < 0


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_lexicons_are_large(language: str) -> None:
    """Spanish and English hold several thousand entries each, Portuguese above a thousand."""
    assert len(load_lexicon(language)) >= (1_200 if language == "pt" else 3_500)


@pytest.mark.parametrize("line", ["malo bueno", "grave: malo", "x-3: malo"])
def test_bad_line_names_file_and_line(line: str) -> None:
    """A line without valence or role is refused with its place."""
    with pytest.raises(SentinelError, match="es.txt:7: .* is neither a valence"):
        _read_line(MoodLexicon(), line, "es.txt:7")


@pytest.mark.parametrize("language", [*READ, "und"])
def test_shipped_lexicons_load(language: str) -> None:
    """Every shipped lexicon reads, and knows good from bad."""
    lexicon = load_lexicon(language)
    assert lexicon.look_up("😡").valence < 0 < lexicon.look_up("😍").valence
    assert any(lexicon.look_up(word).roles & WordRole.NEGATOR for word in ("no", "nao", "non", "pas", "nicht"))


def test_a_beginning_has_three_letters() -> None:
    """Beginnings are found by their first three letters; a shorter one would never be found and is refused with its
    place.
    """
    with pytest.raises(SentinelError, match=r"es.txt:7: 're\*' is too short a beginning"):
        _read_line(MoodLexicon(), "-3: re*", "es.txt:7")


def test_tags_are_taken_apart_into_the_fewest_words() -> None:
    """Of two ways to cut a tag the one with fewer words counts, and of equal ones the one whose last word is
    longest.
    """
    lexicon = MoodLexicon()
    for line in ("1: so", "2: solo", "-4: lo", "3: vely", "-1: lovely"):
        _read_line(lexicon, line, "x.txt:1")
    assert lexicon.take_apart("sololovely").valence == 1
    assert lexicon.take_apart("solovely").valence == 0


def test_a_table_forgets_what_is_too_much_and_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of a table are those of each text, before and after it made room; numbers begin anew then."""
    monkeypatch.setattr(word_table, "KNOWN_WORDS", 4)
    table, known = WordTable(vocabulary("en")), vocabulary("en")
    for text in ("no, thanks :( one,two", "http://a.es/b?c @ana 3,5% #fail", "", "isn\\u2019t it? 😡", "a" * 90):
        table.make_room()
        numbers = table.numbers_of(text)
        assert [table.words[number] for number in numbers] == [known[token] for token in tokens_of(text)]
        assert table.hashes[numbers].tolist() == [known[token].hash for token in tokens_of(text)]
    table.numbers_of("one two three four")
    table.make_room()
    assert table.numbers_of("six") == [0]


def test_models_of_a_thread_share_a_table_and_another_thread_has_its_own() -> None:
    """A worker has a model for each of its partitions, and sixteen tables of the same words would be sixteen times
    fifteen megabytes a language.
    """
    assert table_of("es") is table_of("es")
    with ThreadPoolExecutor(1) as other:
        assert other.submit(table_of, "es").result() is not table_of("es")
