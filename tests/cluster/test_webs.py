"""Several web processes: what somebody does at one is so at the other, and nobody's doing is lost."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pyotp import TOTP

from tests.cluster.webs import SECRET, Web, Webs, form, signed_in
from tests.cluster.workshop import Workshop, breathe
from tests.web.people import PASSWORD

HOUR = timedelta(hours=1)


@pytest.fixture
async def webs(workshop: Workshop) -> AsyncIterator[Webs]:
    """Nobody yet."""
    webs = Webs(workshop)
    yield webs
    await webs.close()


@pytest.fixture
async def pair(webs: Webs) -> tuple[Web, Web]:
    """Two of them."""
    return await webs.web("a"), await webs.web("b")


async def test_a_silence_holds_and_ends_everywhere(pair: tuple[Web, Web]) -> None:
    """Made at one it is in force at the other; ended there it is over here; whoever ends it again ends nothing."""
    one, other = pair
    made = await one.parts.silences.make(brands=("Acme",), starts_at=None, lasts=HOUR, by="ana", reason="obras")
    await other.hear()
    assert other.parts.silences.all() == (made,)
    ended = await other.parts.silences.end(made.id)
    assert ended is not None
    again = await one.parts.silences.end(made.id)
    assert again == ended
    await one.hear()
    assert one.parts.silences.all() == (ended,)


async def test_a_session_begins_and_ends_everywhere(webs: Webs, pair: tuple[Web, Web]) -> None:
    """Whoever signed in at one is signed in at the other at once; signed out there, they are out here."""
    one, other = pair
    assert (await signed_in(one)).status == 303
    webs.moved(one, other)
    assert (await other.browser.get("/account")).status == 200
    assert (await form(other, "/logout")).status in (200, 303)
    await one.hear()
    assert (await one.browser.get("/account")).status == 303


async def test_a_code_is_good_once(webs: Webs, pair: tuple[Web, Web], workshop: Workshop) -> None:
    """A second factor offered at one is confirmed at the other; its code of now works at one and not at the other."""
    one, other = pair
    await signed_in(one)
    assert (await form(one, "/account/factor/new", password=PASSWORD)).headers["Location"] == "/account/factor"
    webs.moved(one, other)
    found = SECRET.search((await other.browser.get("/account/factor")).text)
    assert found is not None
    app = TOTP(found[1])
    assert (await form(other, "/account/factor/confirm", code=app.at(workshop.wall.now()))).status == 200
    for web in pair:
        web.browser.session.cookie_jar.clear()
    await workshop.wall.advance(60)
    for web in pair:
        assert (await signed_in(web)).headers["Location"] == "/login/code"
    code = app.at(workshop.wall.now())
    assert (await one.browser.post("/login/code", data={"code": code})).status == 303
    assert (await other.browser.post("/login/code", data={"code": code})).status == 403


async def test_whoever_guesses_waits_everywhere(pair: tuple[Web, Web]) -> None:
    """Failed tries at one count at the other."""
    one, other = pair
    for web in (one, other, one, other, one):
        answer = await web.browser.post("/login", data={"account": "ana", "password": "no", "next": ""})
        assert answer.status == 403
    for web in pair:
        assert (await signed_in(web)).status == 429


async def test_a_word_that_got_lost_costs_a_second(pair: tuple[Web, Web], workshop: Workshop) -> None:
    """The database wakes the other at once; with its connection cut what changed is found within a second, and after
    a while it is woken again.
    """
    one, other = pair
    assert other.parts.front is not None
    news = other.parts.front.news
    other.follow()
    for _ in range(200):
        if news.hears:
            break
        await breathe()
    first = await one.parts.silences.make(brands=("Acme",), starts_at=None, lasts=HOUR, by="ana", reason=None)
    for _ in range(200):
        if other.parts.silences.all() == (first,):
            break
        await breathe()
    assert other.parts.silences.all() == (first,)
