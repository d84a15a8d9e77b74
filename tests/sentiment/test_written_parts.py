"""A text is read part by part: its words are those that it has as a whole, however often its parts were written."""

from array import array

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sentinel.sentiment.own_words import Domain, own_words
from sentinel.sentiment.word_sums import WordSums
from sentinel.sentiment.words import tokens_of, vocabulary
from sentinel.sentiment.written_parts import KNOWN_PARTS, WrittenParts, written_parts
from tests.sentiment.test_features import BREAKERS

SPACES = ("\u2003", "\x1c", "\x85", "\u3000", "\n")
PIECES = st.sampled_from(
    [
        "no",
        "funciona",
        "nada!!",
        ":)",
        "@ana",
        "#Fail",
        "https://a.es/x?y",
        "3,5%",
        "don't",
        "_",
        "not at all",
        "😡👏",
        *SPACES,
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=40) | st.lists(PIECES, max_size=12).map(" ".join))
@example("no " * 900)
@example("x" * 3_000)
def test_parts_have_the_words_of_the_whole(text: str) -> None:
    """Whatever spaces stand between: the tokens, hashes, forms and worth of reading the text in one piece."""
    known = vocabulary("en")
    words = [known[token] for token in tokens_of(text)]
    known.join_phrases(words)
    read = WrittenParts(known, 8).read(text)
    assert read.words == words
    assert read.form == " ".join(word.form for word in words)
    assert read.hashes == array("I", [word.hash for word in words]).tobytes()
    noted, whole = WordSums(read.words, read.noted), WordSums(words)
    assert (noted.sums(), noted.tally, noted.turned) == (whole.sums(), whole.tally, whole.turned)


def test_odd_texts_are_read_by_parts_as_well() -> None:
    """Broken characters and endless words."""
    for text in BREAKERS.values():
        words = [vocabulary("es")[token] for token in tokens_of(text)]
        vocabulary("es").join_phrases(words)
        assert written_parts("es").read(text).words == words


def test_the_memory_of_parts_is_bounded() -> None:
    """A stream of words that nobody wrote before does not fill it, and addresses are not kept at all."""
    parts = WrittenParts(vocabulary("en"), 50)
    parts.read(" ".join(f"word{number}" for number in range(300)))
    assert len(parts) <= 50
    parts.read("https://a.example/" + "x" * 60)
    assert not any(part.startswith("https") for part in parts)
    assert KNOWN_PARTS < 100_000


def test_handles_addresses_and_numbers_are_one_word_each() -> None:
    """There is no end of them: none takes room in the memory of words."""
    known = vocabulary("pt")
    assert known["@ana"] is known["@luis"]
    assert known["https://a.pt/1"] is known["www.b.pt/2"]
    assert known["17"] is known["2,5%"]
    assert not {"@ana", "https://a.pt/1", "17"} & set(known)


def test_a_brand_keeps_its_own_words_apart() -> None:
    """What means something else to one brand means the same as ever to the others."""
    own = own_words(Domain.GAMES, {"refund": 4})
    assert written_parts("en", own).read("a refund").words[1].valence == 4
    assert written_parts("en").read("a refund").words[1] is vocabulary("en")["refund"]
    assert vocabulary("en")["refund"].valence != 4
