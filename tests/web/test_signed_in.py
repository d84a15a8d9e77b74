"""Where people are signed in, seen and ended: by themselves, by an admin on the page, by programs; and ways back in."""

from datetime import timedelta

import pytest

from sentinel.store.audit import AuditOutcome
from tests.web.people import BROWSER, PASSWORD, a_closed_stand, another_browser, cookie_in, key_in, sign_in
from tests.web.stand import Answer, Client, Stand
from tests.web.test_second_factor import asked_of, set_up, shown_by_app, typed

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"


async def told(client: Client, path: str, **fields: str) -> Answer:
    """A form of the page of people, posted."""
    return await client.post(path, data={"form_key": key_in(await client.get("/people")), **fields})


def locked_out(stand: Stand, account: str = "boss", token: str = "a-link") -> str:
    """What the machine's command line leaves in the store; the link's path."""
    stand.recovery.kept[token] = (account, stand.clock.now() + timedelta(minutes=15))
    return f"/login/recover/{token}"


async def test_people_see_where_they_are_signed_in_and_end_one_or_all() -> None:
    """When, from where and with what; nobody else's; ended, the other browser is a stranger's."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as desk, another_browser(desk) as phone, another_browser(desk) as vero:
        await sign_in(desk, **{"User-Agent": FIREFOX})
        await stand.clock.advance(timedelta(hours=2))
        await sign_in(phone, **{"User-Agent": PHONE})
        await sign_in(vero, "vero")
        page = await desk.get("/account")
        assert "<b>Firefox, Linux</b> · esta" in page.text
        assert "<b>Safari, iPhone</b>" in page.text
        assert page.text.count("127.0.0.1 · desde") == 2
        assert "Vero" not in page.text
        session = page.text.split('name="session" value="')[1].split('"')[0]
        assert (await asked_of(vero, "/account/sessions/end", session=session)).status == 303
        assert (await phone.get("/")).status == 200, "not hers to end"
        assert (await asked_of(desk, "/account/sessions/end", session=session)).status == 303
        assert (await phone.get("/")).headers["Location"] == "/login"
        await sign_in(phone)
        done = await asked_of(desk, "/account/sessions/end-all")
        assert done.headers["Location"] == "/login"
        assert [(await each.get("/")).status for each in (desk, phone, vero)] == [303, 303, 200]
        assert stand.sessions.kept.keys() == {  # type: ignore[attr-defined]
            each.id for each in await stand.sessions.all() if each.account == "vero"
        }


async def test_an_agent_that_nobody_knows_is_not_repeated() -> None:
    """What a stranger's program calls itself is no text of ours."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, **{"User-Agent": "<b>Firefox/1 evil</b>"})
        page = await client.get("/account")
        assert "<b>Firefox</b>" in page.text
        assert "evil" not in page.text


async def test_an_admin_signs_anybody_out_and_nobody_else_does() -> None:
    """On the page and through the API, with a line of whom."""
    stand, _ = a_closed_stand(tokens=[{"name": "ops", "token": "ops-token", "scopes": ["admin"]}])
    async with stand.client(**BROWSER) as boss, another_browser(boss) as ana:
        await sign_in(boss, "boss")
        await sign_in(ana)
        assert (await ana.get("/people")).status == 403
        assert (await asked_of(ana, "/people/sign-out", account="boss")).status == 403
        page = await boss.get("/people")
        assert all(f"<h2>{name}</h2>" in page.text for name in ("ana", "vero", "boss"))
        assert "No ha entrado en ningún sitio" in page.text
        assert (await told(boss, "/people/sign-out", account="ana")).headers["Location"] == "/people?said=ended"
        assert (await ana.get("/")).headers["Location"] == "/login"
        line = (await stand.audit.find())[0]
        assert (line.who, line.what, line.about) == ("boss", "sign_out_everywhere", "ana")
        await sign_in(ana)
        bearer = {"Authorization": "Bearer ops-token"}
        listed = (await boss.get("/api/v1/sessions", headers=bearer)).json
        assert sorted(each["account"] for each in listed["sessions"]) == ["ana", "boss"]
        assert listed["second_factors"] == []
        ended = await boss.post("/api/v1/sessions/end", json={"account": "ana"}, headers=bearer)
        assert ended.json == {"ended": 1}
        assert (await ana.get("/")).headers["Location"] == "/login"


async def test_an_admin_takes_a_lost_second_factor_off_but_not_their_own() -> None:
    """One's own wants a code; of whoever has none it is said."""
    stand, _ = a_closed_stand(tokens=[{"name": "ops", "token": "ops-token", "scopes": ["admin"]}])
    async with stand.client(**BROWSER) as client, another_browser(client) as boss:
        await set_up(stand, client)
        secret, _ = await set_up(stand, client, "boss")
        await sign_in(boss, "boss")
        await typed(boss, shown_by_app(stand, secret))
        assert (await told(boss, "/people/factor-off", account="boss")).status == 403
        assert (await told(boss, "/people/factor-off", account="vero")).status == 404
        assert (await told(boss, "/people/factor-off", account="ana")).headers["Location"] == "/people?said=factor_off"
        assert (await sign_in(client)).headers["Location"] == "/"
        bearer = {"Authorization": "Bearer ops-token"}
        assert (await boss.get("/api/v1/sessions", headers=bearer)).json["second_factors"] == ["boss"]
        done = await boss.post("/api/v1/second-factors/remove", json={"account": "boss"}, headers=bearer)
        assert done.json == {"account": "boss"}
        again = await boss.post("/api/v1/second-factors/remove", json={"account": "boss"}, headers=bearer)
        assert again.status == 404


async def test_a_recovery_link_signs_in_once_and_lets_the_second_factor_be_taken_off() -> None:
    """Looking at it uses nothing up; afterwards neither code nor password is wanted, for an hour."""
    stand, _ = a_closed_stand(second_factor={"admin": "required"})
    async with stand.client(**BROWSER) as client:
        await set_up(stand, client, "boss")
        link = locked_out(stand)
        for _ in range(2):
            page = await client.get(link)
            assert (page.status, "Entrar como boss" in page.text) == (200, True)
        assert page.headers["Referrer-Policy"] == "same-origin", "its address goes to no other site"
        assert (await client.post(link, headers={"Sec-Fetch-Site": "cross-site"})).status == 403
        assert (await client.ask("HEAD", link)).status == 200
        came = await client.post(link)
        assert (came.status, came.headers["Location"]) == (303, "/account")
        assert (await stand.audit.find())[0].what == "recover"
        assert "Has entrado con un enlace de recuperación" in (await client.get("/account")).text
        assert (await asked_of(client, "/account/factor/off")).headers["Location"] == "/account?said=factor_off"
        assert (await client.get("/")).headers["Location"] == "/account"
        assert (await asked_of(client, "/account/factor/new")).headers["Location"] == "/account/factor"
        client.session.cookie_jar.clear()
        for worthless in (link, "/login/recover/x", "/login/recover/%00"):
            refused = await client.post(worthless)
            assert (refused.status, "sentinel_session" in refused.cookies) == (403, False)
            assert "sentinel user recover" in (await client.get(worthless)).text


async def test_a_recovery_link_ends_after_a_quarter_of_an_hour_and_what_it_opens_after_an_hour() -> None:
    """A session that it began goes on, and wants a code as any other."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await set_up(stand, client, "boss")
        late = locked_out(stand)
        await stand.clock.advance(timedelta(minutes=15))
        assert (await client.post(late)).status == 403
        await client.post(locked_out(stand))
        await stand.clock.advance(timedelta(hours=1))
        assert (await asked_of(client, "/account/factor/off")).status == 403
        assert "boss" in stand.second_factors.kept


async def test_a_recovery_link_of_nobody_is_worthless_and_guessing_them_waits() -> None:
    """Whoever left the configuration has none; twenty tries from an address, then it waits."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        assert (await client.get(locked_out(stand, "eva"))).status == 403
        statuses = [(await client.get(f"/login/recover/guess{n}")).status for n in range(20)]
        assert statuses == [403] * 19 + [429]


@pytest.mark.parametrize("path", ["/account", "/account/factor", "/people"])
async def test_nobody_looks_at_these_without_signing_in(path: str) -> None:
    """Led to sign in, and back."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        assert (await client.get(path)).headers["Location"].startswith("/login?next=%2F")


async def test_refused_deeds_are_written_down_too() -> None:
    """Who tried to sign somebody out without the right."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "vero")
        await asked_of(client, "/people/sign-out", account="boss")
        line = (await stand.audit.find())[0]
        assert (line.who, line.what, line.outcome) == ("vero", "POST /people/sign-out", AuditOutcome.REFUSED)


async def test_a_password_changed_in_the_file_ends_sessions_wherever_they_are() -> None:
    """At the next request, and they are off the list at once."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client, another_browser(client) as boss:
        shown = cookie_in(await sign_in(client))
        await sign_in(boss, "boss")
        ana = stand.config.access.users["ana"]
        changed = ana.model_copy(update={"password": type(ana.password)(f"{ana.password.get_secret_value()}x")})
        access = stand.config.access.model_copy(update={"users": stand.config.access.users | {"ana": changed}})
        stand.config = stand.config.model_copy(update={"access": access})
        assert "Cerrar todas sus sesiones" in (page := (await boss.get("/people")).text)
        assert page.count("No ha entrado en ningún sitio") == 2
        again = await client.get("/", headers={"Cookie": f"sentinel_session={shown}"})
        assert again.headers["Location"] == "/login"
        assert PASSWORD not in page
