"""What a brand is spoken of with."""

from datetime import timedelta

import msgspec

from sentinel.scoring.aftermath import Aftermath
from sentinel.signals.lexicon.lexicon import Grave
from sentinel.signals.terms import DISTINCT, KNOWN, Terms
from sentinel.signals.usual import UsualShares
from sentinel.signals.window import Window
from tests.fakes import START


def a_known_brand() -> Terms:
    terms = Terms()
    for n in range(100):
        terms.add(START + timedelta(minutes=10 * n), ("tienda", f"cosa{n % 7}"), None)
    return terms


def test_through_a_checkpoint_the_same_words_are_new() -> None:
    """Also those of the hour that is going on."""
    terms, now = a_known_brand(), START + timedelta(minutes=1000)
    for n in range(6):
        terms.add(now, ("tienda", "incendio"), Grave("incendio", "harm", 1.0) if n % 2 else None)
    again = Terms()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(terms.snapshot())))
    assert again.novel(now, 6.0) == terms.novel(now, 6.0)
    assert [each.term for each in again.novel(now, 6.0)] == ["incendio"]
    assert again.grave(now) == ["incendio"]
    later = now + timedelta(hours=3)
    assert again.novel(later, 6.0) == terms.novel(later, 6.0) == []
    assert again.snapshot() == terms.snapshot()


def test_room_is_bounded() -> None:
    """A flood of made-up words fills one slot and no more; counts are halved in time."""
    terms = Terms()
    for n in range(3000):
        terms.add(START, tuple(f"palabra{n}x{k}" for k in range(12)), None)
    assert len(terms._slots[terms._at or 0]) == DISTINCT
    for _ in range(KNOWN):
        terms.late(("tienda",))
    assert terms._known < KNOWN
    terms.add(START - timedelta(hours=2), ("viejo",), None)
    assert "viejo" not in terms._total


def test_shares_and_aftermath_survive_a_checkpoint() -> None:
    """Through MessagePack and back they expect the same."""
    usual, aftermath = UsualShares(), Aftermath()
    for n in range(50):
        usual.learn(
            Window(minutes=60, people=12, voices=10, angry=n % 4, amplified=3, severe=0.5, audience=1000 * n, rest=9),
            sour=n % 9 == 0,
        )
        usual.learn_singular("es", n % 3 == 0)
    aftermath.bad(4.0)
    aftermath.begin(10)
    for each, fresh in ((usual, UsualShares()), (aftermath, Aftermath())):
        fresh.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(each.snapshot())))
        assert fresh.snapshot() == each.snapshot()
    assert 0.2 < usual.singular("es") < 0.4
    assert usual.singular("fi") == 0.0
    assert usual.audience(10**7) > 2 > usual.audience(int(usual.usual_audience))


def test_grave_words_are_those_of_the_last_hour() -> None:
    """The most frequent first; each leaves an hour after it was said, and one that is said anew counts at once."""
    terms, grave = Terms(), [Grave(word, "harm", 1.0) for word in ("incendio", "muertos")]
    for minutes, which in ((0, 0), (2, 1), (10, 0)):
        terms.add(START + timedelta(minutes=minutes), (), grave[which])
    assert terms.grave(START + timedelta(minutes=20)) == ["incendio", "muertos"]
    assert terms.grave(START + timedelta(minutes=61)) == ["incendio", "muertos"]
    assert terms.grave(START + timedelta(minutes=62)) == ["incendio"]
    terms.add(START + timedelta(minutes=62), (), grave[1])
    terms.add(START + timedelta(minutes=62), (), grave[1])
    assert terms.grave(START + timedelta(minutes=62)) == ["muertos", "incendio"]
    assert terms.grave(START + timedelta(minutes=75)) == ["muertos"]


def test_what_was_worked_out_of_a_word_is_forgotten_when_a_slot_teaches() -> None:
    """Hour after hour a brand's terms are those of one that was restored a moment ago, and works everything out."""
    kept, now = a_known_brand(), START + timedelta(minutes=1000)
    for n in range(60):
        words = ("tienda", "incendio", f"cosa{n % 5}")
        again = Terms()
        again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(kept.snapshot())))
        for terms in (kept, again):
            terms.add(now + timedelta(minutes=4 * n), words, None)
            if n % 9 == 0:
                terms.late(words)
        assert again.snapshot() == kept.snapshot()
