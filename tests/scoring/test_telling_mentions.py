"""Which mentions show what is going on."""

from datetime import timedelta

import msgspec

from sentinel.scoring.telling_mentions import REMEMBERED, SHOWN, TellingMentions
from tests.builders import a_mention
from tests.fakes import START


def ids(telling: TellingMentions, minutes: int = 30) -> list[str]:
    return [each.id for each in telling.shown(START + timedelta(minutes=minutes))]


def a_morning() -> TellingMentions:
    """Ten complaints, one a minute, each less angry than the one before."""
    telling = TellingMentions()
    for n in range(10):
        telling.add(START + timedelta(minutes=n), 0.9 - n / 20, 0, a_mention(id=f"m{n}"))
    return telling


def test_the_most_telling_of_the_last_hour_are_shown() -> None:
    """Five of them; as they grow older than an hour, milder ones take their places."""
    telling = a_morning()
    assert ids(telling) == ["m0", "m1", "m2", "m3", "m4"]
    assert ids(telling, 62) == ["m2", "m3", "m4", "m5", "m6"]
    assert ids(telling, 67) == ["m7", "m8", "m9"]
    assert ids(telling, 120) == []


def test_a_big_voice_tells_more_than_a_small_one() -> None:
    """Of two who are as angry, the one that many follow comes first."""
    telling = a_morning()
    telling.add(START, 0.9, 100_000, a_mention(id="loud"))
    assert ids(telling)[:2] == ["loud", "m0"]


def test_the_oldest_give_way() -> None:
    """Twenty are remembered: of a mention that came twice, what came first goes first."""
    telling = TellingMentions()
    first = a_mention(id="twice", text="uno @acme")
    telling.add(START, 0.9, 0, first)
    telling.add(START, 0.9, 0, msgspec.structs.replace(first, text="dos @acme"))
    assert [each.text for each in telling.shown(START)] == ["uno @acme", "dos @acme"]
    for n in range(REMEMBERED - 1):
        telling.add(START, 0.5, 0, a_mention(id=f"mild{n:02}"))
    assert [each.text for each in telling.shown(START)][:2] == ["dos @acme", "hola @acme"]
    telling.add(START, 0.5, 0, a_mention(id="mild99"))
    assert ids(telling) == [f"mild{n:02}" for n in range(SHOWN)]


def test_what_was_deleted_is_not_shown_and_a_checkpoint_keeps_the_order() -> None:
    """Nor is it remembered; others take its place, in other words where they were reworded."""
    telling = a_morning()
    telling.forget(("bluesky", "m1"))
    telling.reword(lambda mention: msgspec.structs.replace(mention, text=mention.text.upper()))
    again = TellingMentions()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(telling.snapshot())))
    for each in (telling, again):
        assert ids(each) == ["m0", "m2", "m3", "m4", "m5"]
        assert {mention.text for mention in each.shown(START)} == {"HOLA @ACME"}
    assert bool(again)
    assert not TellingMentions()
