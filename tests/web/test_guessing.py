"""Guessing passwords: each failure beyond a few doubles the wait, and nobody can keep somebody else out with it."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sentinel.web.access.login_backoff import ACCOUNT, ADDRESS, MOST_KEYS, BackoffRules, LoginBackoff, of_address
from tests.web.people import a_closed_stand, cookie_in, sign_in
from tests.web.stand import Client, Stand


async def guess(client: Client, account: str = "ana", times: int = 1) -> list[int]:
    return [(await sign_in(client, account, f"guess number {n}")).status for n in range(times)]


async def outcomes(client: Client) -> dict[str, float]:
    families = text_string_to_metric_families((await client.get("/metrics")).text)
    found = next(family for family in families if family.name == "sentinel_logins")
    return {
        sample.labels["outcome"]: sample.value
        for sample in found.samples
        if sample.name == "sentinel_logins_total" and sample.labels["way"] == "password"
    }


async def test_after_a_few_failures_one_waits_and_is_told_how_long() -> None:
    """Longer each time; a try that must wait is not looked at, be it right; the right one ends it."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        assert set(await outcomes(client)) == {"signed_in", "code_wanted", "wrong", "waiting", "busy"}
        assert await guess(client, times=5) == [403] * 5
        told = await sign_in(client)
        assert (told.status, told.headers["Retry-After"]) == (429, "2")
        assert "Espera 2 s" in told.text
        assert "los enlaces de tus avisos siguen funcionando" in told.text
        await stand.clock.advance(2)
        assert await guess(client) == [403]
        assert (await sign_in(client)).headers["Retry-After"] == "4"
        await stand.clock.advance(4)
        assert (await sign_in(client)).status == 303
        client.session.cookie_jar.clear()
        assert await guess(client, times=5) == [403] * 5
        assert await outcomes(client) == {"signed_in": 1, "code_wanted": 0, "wrong": 11, "waiting": 2, "busy": 0}


async def test_an_account_that_does_not_exist_waits_just_the_same() -> None:
    """Otherwise the wait would say who works here."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        assert await guess(client, "eva", 6) == [403] * 5 + [429]


async def test_many_accounts_from_one_address_wait_too() -> None:
    """One password tried on everybody."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        answers = [(await guess(client, f"user{n}"))[0] for n in range(21)]
    assert answers == [403] * 20 + [429]


async def test_whoever_guesses_from_elsewhere_does_not_keep_out_a_browser_that_was_in_before() -> None:
    """The mark that signing in leaves in a browser counts by itself; it is worth nothing for another account, nor made
    up.
    """
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        device = cookie_in(await sign_in(client), "sentinel_device")
        client.session.cookie_jar.clear()
        assert (await guess(client, times=6))[-1] == 429
        known = {"Cookie": f"sentinel_device={device}"}
        assert (await sign_in(client, "ana", **known)).status == 303
        client.session.cookie_jar.clear()
        forged = {"Cookie": f"sentinel_device=x.{device.partition('.')[2]}"}
        assert (await sign_in(client, "ana", **forged)).status == 429
        await guess(client, "vero", 5)
        assert (await sign_in(client, "vero", **known)).status == 429


async def test_a_browser_that_was_in_before_may_not_guess_for_ever_either() -> None:
    """Ten, then it waits."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        known = {"Cookie": f"sentinel_device={cookie_in(await sign_in(client), 'sentinel_device')}"}
        client.session.cookie_jar.clear()
        answers = [(await sign_in(client, "ana", "guess number 1", **known)).status for _ in range(11)]
    assert answers == [403] * 10 + [429]


def test_a_hundred_at_once_are_not_a_hundred_free_tries() -> None:
    """A try counts before it is looked at."""
    throttle, key = LoginBackoff(), ("account", "ana", ACCOUNT)
    waits = [throttle.begin([key], at=0.0) for _ in range(100)]
    assert waits[:5] == [0.0] * 5
    assert all(wait > 0 for wait in waits[5:])


def test_the_wait_is_bounded_and_failures_are_forgotten() -> None:
    """Nobody is locked out for good."""
    throttle, key, at = LoginBackoff(), ("account", "ana", ACCOUNT), 0.0
    longest = 0.0
    for _ in range(40):
        wait = throttle.begin([key], at=at)
        longest, at = max(longest, wait), at + wait
    assert longest == ACCOUNT.most
    at += 3601
    assert [throttle.begin([key], at=at) for _ in range(5)] == [0.0] * 5


def test_success_takes_back_one_try_of_the_address_and_all_of_the_account() -> None:
    """Or else an account of one's own would be a way to guess at others without waiting."""
    throttle = LoginBackoff()
    keys = [("account", "ana", ACCOUNT), ("address", "192.0.2.7", ADDRESS)]
    for n in range(19):
        throttle.begin([("account", f"u{n}", ACCOUNT), keys[1]], at=0.0)
    throttle.begin(keys, at=0.0)
    throttle.succeeded(keys, at=0.0)
    assert throttle.begin([("account", "u", ACCOUNT), keys[1]], at=0.0) == 0.0
    assert throttle.begin([("account", "v", ACCOUNT), keys[1]], at=0.0) > 0.0


def test_a_try_that_was_not_looked_at_does_not_count() -> None:
    """When too many came at once."""
    throttle, key = LoginBackoff(), ("account", "ana", BackoffRules(1, 60))
    for _ in range(5):
        assert throttle.begin([key], at=0.0) == 0.0
        throttle.took_back([key], at=0.0)


def test_what_is_remembered_is_bounded() -> None:
    """However many names are tried."""
    throttle = LoginBackoff()
    for n in range(MOST_KEYS + 10):
        throttle.begin([("account", str(n), ACCOUNT)], at=0.0)
    assert len(throttle._failures) == MOST_KEYS


@pytest.mark.parametrize(
    ("address", "counts_as"), [("2001:db8:0:1:ffff::1", "2001:db8:0:1::/64"), ("unix", "unix"), ("::1", "::/64")]
)
def test_one_household_is_one_address(address: str, counts_as: str) -> None:
    """Of IPv6 everybody has more than can be counted."""
    assert of_address(address) == counts_as


async def test_posts_of_the_form_count_against_the_clients_rate() -> None:
    """Like every other post."""
    stand, _ = a_closed_stand(web={"rate_limit": 1})
    assert isinstance(stand, Stand)
    async with stand.client() as client:
        assert await guess(client, times=3) == [403, 403, 429]
