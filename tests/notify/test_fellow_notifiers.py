"""Fellow notifiers: who of them is gone, and whose share a contact is."""

from collections import Counter

from sentinel.notify.fellow_notifiers import PATIENCE, FellowNotifiers
from tests.fakes import FakeClock


async def test_whoever_lived_and_lives_no_more_is_gone_at_once(clock: FakeClock) -> None:
    """The beats have been watched for long enough by whoever says who lives."""
    living = ["a", "b"]
    fellows = FellowNotifiers("a", lambda: living, clock)
    assert fellows.gone(["a", "b"]) == []
    living.remove("b")
    assert fellows.gone(["a", "b"]) == ["b"]
    living.append("b")
    assert fellows.gone(["b"]) == []


async def test_an_owner_never_seen_is_waited_for(clock: FakeClock) -> None:
    """It may have begun after the last look; once it is seen, or has nothing any more, the wait begins anew."""
    living = ["a"]
    fellows = FellowNotifiers("a", lambda: living, clock)
    assert fellows.gone(["new"]) == []
    await clock.advance(PATIENCE - 0.5)
    assert fellows.gone(["new"]) == []
    assert fellows.gone([]) == []
    await clock.advance(0.5)
    assert fellows.gone(["new"]) == []
    await clock.advance(PATIENCE)
    assert fellows.gone(["new"]) == ["new"]


async def test_we_are_never_gone(clock: FakeClock) -> None:
    """But what we took is the others' for the taking while they do not see us."""
    fellows = FellowNotifiers("a", list, clock)
    assert not fellows.alive
    await clock.advance(2 * PATIENCE)
    assert fellows.gone(["a"]) == []


async def test_each_contact_is_the_share_of_one(clock: FakeClock) -> None:
    """About as many for each; one who comes takes from all and moves nobody else's."""
    living = ["a", "b", "c"]
    fellows = [FellowNotifiers(name, lambda: living, clock) for name in ("a", "b", "c", "d")]
    contacts = [f"contact {n}" for n in range(300)]

    def shares() -> dict[str, str]:
        owners = {each: [one.name for one in fellows if one.is_ours(each)] for each in contacts}
        assert all(len(each) == 1 for each in owners.values())
        return {contact: owner for contact, (owner,) in owners.items()}

    before = shares()
    assert min(Counter(before.values()).values()) > 60
    living.append("d")
    after = shares()
    assert {after[each] for each in contacts if after[each] != before[each]} == {"d"}
    living.clear()
    assert not any(one.is_ours("ana") for one in fellows)
