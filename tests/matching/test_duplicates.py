"""Near-copies are one voice."""

import gzip
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching.duplicates import Voices
from sentinel.mention import Mention, decode_mention
from tests.fakes import START

HOUR = timedelta(hours=1)
ORIGINAL = "Tercer día sin servicio de Acme en Vallecas y nadie responde al teléfono"
ARTICLE = "Acme retira del mercado su tostadora más vendida por riesgo de incendio"


def is_copy_of(original: str, text: str) -> bool:
    """Whether the text counts as a copy an hour after the original."""
    voices = Voices()
    voices.is_copy(original, START)
    return voices.is_copy(text, START + HOUR)


@pytest.mark.parametrize(
    ("original", "text"),
    [
        (ORIGINAL, ORIGINAL),
        (ORIGINAL, ORIGINAL.upper() + "!!!"),
        (ORIGINAL, f"RT @ana_m: {ORIGINAL}"),
        (ORIGINAL, f"@acme RT @ana_m: {ORIGINAL}"),
        (ORIGINAL, f"RT {ORIGINAL} https://t.example/x1"),
        (ORIGINAL, f"{ORIGINAL} vía @ana.bsky.social"),
        (ORIGINAL, f"{ORIGINAL} #fail 8347"),
        (ORIGINAL, ORIGINAL.replace("Acme", "#Acme")),
        (ORIGINAL, ORIGINAL.replace("al teléfono", "al")),
        (ORIGINAL, f"Qué vergüenza. {ORIGINAL}"),
        (ARTICLE + " - El Diario", ARTICLE + " - La Gaceta del Norte"),
        (ARTICLE + " | El Diario http://a.example", ARTICLE + " https://b.example/2"),
        (f"{ARTICLE} - El Diario. {ARTICLE} El Diario", f"{ARTICLE} - Gaceta. {ARTICLE} Gaceta"),
        ("Dumps Amex - Nassau News Live http://t.example/1", "RT Dumps Amex - Nassau News Live www.b.example"),
        ("東京電力は今日から料金を値上げすると発表しました", "東京電力は今日から料金を値上げすると発表しました。最悪"),
        ("boycott acme products now", "Boycott #Acme products NOW!"),
    ],
)
def test_the_same_words_again_are_a_copy(original: str, text: str) -> None:
    """Reposts, links, handles, publishers, hashtags and a word or two do not make a new voice."""
    assert is_copy_of(original, text)


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("gracias @acme", "gracias @acme"),
        ("lol", "lol"),
        ("thanks for that", "thanks for that"),
        ("ok a mi si", "ok a mi si"),
        ("😡😡😡 @acme", "😡😡😡 @acme"),
        ("my flight was delayed again", "my flight was cancelled again"),
        (ORIGINAL, "Segundo mes sin luz de Acme en Getafe y nadie contesta los correos"),
        (ORIGINAL, "Tercer día sin servicio de Acme"),
        (ORIGINAL, f"Lo que me faltaba por leer hoy antes de ir al trabajo con la familia entera: {ORIGINAL}"),
        ("Dumps Amex - Nassau News Live", "Dumps Visa - Nassau News Live"),
        ("", ""),
    ],
)
def test_other_words_are_another_voice(original: str, text: str) -> None:
    """What many people say of their own accord, and what differs in what it says, is no copy."""
    assert not is_copy_of(original, text)


def test_a_voice_is_forgotten_after_the_window_and_renewed_by_copies() -> None:
    """Two days of silence, and the same words are news again; a text repeated daily stays one voice."""
    voices = Voices()
    assert not voices.is_copy(ORIGINAL, START)
    assert voices.is_copy(ORIGINAL, START + 40 * HOUR)
    assert voices.is_copy(f"{ORIGINAL} hoy", START + 80 * HOUR)
    assert voices.is_copy(ORIGINAL, START + 128 * HOUR)
    assert not voices.is_copy(ORIGINAL, START + 177 * HOUR)
    assert voices.is_copy(ORIGINAL, START + 177 * HOUR)


def test_instants_may_come_out_of_order() -> None:
    """A repost that reaches us before its original still makes the original the copy; one from last week does not."""
    voices = Voices()
    assert not voices.is_copy(ORIGINAL, START)
    assert voices.is_copy(f"{ORIGINAL} ya", START - HOUR)
    assert not voices.is_copy(ORIGINAL, START - 100 * HOUR)
    assert not voices.is_copy(f"{ORIGINAL} pues", START - 100 * HOUR)
    assert voices.is_copy(ORIGINAL, START + 47 * HOUR)


def test_memory_is_bounded() -> None:
    """However much is said, the voices least lately heard make room; a loud one stays."""
    voices = Voices(remembered=10)
    for number in range(100):
        text = " ".join(f"palabra{number}x{place}" for place in range(12))
        assert not voices.is_copy(text, START)
        assert voices.is_copy(ORIGINAL, START) == (number > 0)
    assert len(voices._voices) == 10
    assert len(voices._index) <= 60


def test_quiet_brands_keep_nothing_old() -> None:
    """Voices beyond the window leave with the next one heard."""
    voices = Voices()
    voices.is_copy(ORIGINAL, START)
    voices.is_copy(ARTICLE, START + HOUR)
    voices.is_copy("un texto nuevo de otra semana sin nada en común", START + 200 * HOUR)
    assert len(voices._voices) == 1


def test_long_articles_are_compared_by_their_beginning() -> None:
    """A hundred thousand characters cost no more than a few thousand."""
    body = " ".join(f"palabra{n}" for n in range(9_000))
    assert is_copy_of(body, body[:5_000] + " y otro final")


_few_words = st.sampled_from(["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho"])
_texts = st.lists(_few_words, min_size=3, max_size=10).map(" ".join)
_heard = st.lists(st.tuples(_texts, st.integers(0, 90)), max_size=40)


@given(_heard, _heard)
def test_a_restored_memory_answers_alike(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    """After a checkpoint and a restart every further answer, and every further checkpoint, is the same."""
    voices = Voices(remembered=6)
    for text, hours in before:
        voices.is_copy(text, START + hours * HOUR)
    restored = Voices(remembered=6)
    restored.is_copy(ORIGINAL, START)
    restored.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(voices.snapshot())))
    assert restored.snapshot() == voices.snapshot()
    assert restored._index == voices._index
    for text, hours in after:
        assert restored.is_copy(text, START + hours * HOUR) == voices.is_copy(text, START + hours * HOUR)
    assert restored.snapshot() == voices.snapshot()


def test_answers_do_not_depend_on_the_process() -> None:
    """Two processes with different hash seeds remember the very same bytes."""
    script = (
        "from datetime import *; from sentinel.matching.duplicates import Voices; v = Voices();"
        "[v.is_copy(f'{a} dos tres {b} cinco seis {a}', datetime(2026, 1, "
        "1, tzinfo=UTC)) for a in 'abcdef' for b in 'xyzw'];"
        "print(v.snapshot())"
    )
    root = Path(__file__).parents[2]
    said = [
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, cwd=root, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1] != b"[]\n"


def mentions(recording: Path) -> list[Mention]:
    with gzip.open(recording) as lines:
        return [decode_mention(line) for line in lines]


def copies_among(heard: list[Mention]) -> dict[str, bool]:
    voices = Voices()
    return {mention.id: voices.is_copy(mention.text, mention.published_at) for mention in heard}


@pytest.mark.parametrize("lang", ["es", "en"])
def test_floods_are_one_voice(shared: Path, lang: str) -> None:
    """Nearly everything that bots say, and nearly every print of a syndicated article, is a copy."""
    flood = mentions(shared / "data/scenarios" / f"bot_flood_{lang}.jsonl.gz")
    answers = copies_among(flood)
    bots = [answers[m.id] for m in flood if m.author and (m.author.id or "").startswith("bot")]
    assert sum(bots) / len(bots) > 0.99
    prints = mentions(shared / "data/scenarios" / f"syndication_{lang}.jsonl.gz")
    answers = copies_among(prints)
    articles = [answers[m.id] for m in prints if m.kind == "article"]
    assert sum(articles) / len(articles) > 0.99


def test_customers_are_many_voices(shared: Path) -> None:
    """In a real stream of customers hardly anything counts as a copy."""
    heard = mentions(shared / "data/streams/airline_2015_first70.jsonl.gz")
    assert sum(copies_among(heard).values()) / len(heard) < 0.02
