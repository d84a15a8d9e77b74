"""Signing in and out: who gets in, where they are led, what their browser keeps, and what of it is worth nothing
later.
"""

import re
from datetime import timedelta

import msgspec
import pytest

from sentinel.config.access import AccessSettings
from sentinel.web.access.passwords import PasswordCheck, Passwords, _nobodys, hash_password
from tests.web.links import a_token
from tests.web.people import BROWSER, HASH, PASSWORD, QUICK, USERS, a_closed_stand, a_house, cookie_in, key_in, sign_in
from tests.web.stand import Stand, a_config

PAGES = ("/", "/wall", "/audit", "/incidents/{id}", "/nowhere")


async def test_every_page_leads_a_stranger_to_where_to_sign_in_and_back() -> None:
    """Also one that does not exist; a program is told in JSON."""
    stand, name = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        for page in PAGES:
            answer = await client.get(page.format(id=name))
            assert answer.status == 303, page
            assert answer.headers["Location"].startswith("/login")
        asked = await client.get(f"/incidents/{name}?lang=es")
        form = await client.get(asked.headers["Location"])
        assert f'name="next" value="/incidents/{name}?lang=es"' in form.text
        inside = await sign_in(client, next=f"/incidents/{name}?lang=es")
        assert (inside.status, inside.headers["Location"]) == (303, f"/incidents/{name}?lang=es")
        page = await client.get(inside.headers["Location"])
    async with stand.client() as program:
        fragment, api = await program.get("/fragments/status"), await program.get("/api/v1/brands")
    assert (page.status, "Ana García" in page.text) == (200, True)
    assert (fragment.status, api.status) == (401, 401)
    assert api.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/-/healthy", "/-/ready", "/metrics", "/static/sentinel.css", "/login"])
async def test_what_probes_and_browsers_need_wants_nobody(path: str) -> None:
    """A load balancer does not sign in."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        assert (await client.get(path)).status == 200


async def test_a_wrong_password_and_an_unknown_user_sound_the_same() -> None:
    """Nobody learns who works here; the name that was typed stays in the form, the password does not."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        wrong, unknown = (
            await sign_in(client, "ana", "hunter2 hunter2"),
            await sign_in(client, "eva", "hunter2 hunter2"),
        )
    assert (wrong.status, unknown.status) == (403, 403)
    assert wrong.text.replace("ana", "eva") == unknown.text
    assert "no son correctos" in wrong.text
    assert 'value="ana"' in wrong.text
    assert "hunter2" not in wrong.text
    assert "sentinel_session" not in wrong.cookies


async def test_an_unknown_user_costs_as_much_work_as_a_known_one() -> None:
    """The hash that is compared for nobody is as dear as the dearest there is."""
    users = a_house().access.users
    passwords = Passwords()
    try:
        assert await passwords.compare(users, "ana", PASSWORD) is PasswordCheck.RIGHT
        assert await passwords.compare(users, "eva", PASSWORD) is PasswordCheck.WRONG
        assert await passwords.compare({}, "eva", "") is PasswordCheck.WRONG
    finally:
        passwords.close()
    assert _nobodys(users).startswith(HASH[: HASH.index("p=")])


async def test_a_password_is_the_same_however_a_keyboard_writes_it_and_long_ones_count_whole() -> None:
    """A decomposed ñ is a ñ; one character more than is looked at is no match."""
    users = AccessSettings.model_validate(
        {"users": {"ana": {"password": hash_password("ñandú veloz")}, "eva": {"password": QUICK.hash("a" * 1024)}}}
    ).users
    passwords = Passwords()
    try:
        assert await passwords.compare(users, "ana", "n\u0303andu\u0301 veloz") is PasswordCheck.RIGHT
        assert await passwords.compare(users, "eva", "a" * 1024) is PasswordCheck.RIGHT
        assert await passwords.compare(users, "eva", "a" * 1025) is PasswordCheck.WRONG
    finally:
        passwords.close()


async def test_too_many_at_once_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads that compare are few and their queue is short; the try does not count against anybody."""
    monkeypatch.setattr("sentinel.web.access.passwords.WAITING", -2)
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        for _ in range(8):
            answer = await sign_in(client)
            assert (answer.status, "demasiada gente" in answer.text) == (503, True)
            assert "Retry-After" in answer.headers


async def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it() -> None:
    """Over TLS under a name that browsers guard; behind plain HTTP without what would lose it."""
    plain, _ = a_closed_stand()
    async with plain.client() as client:
        kept = (await sign_in(client)).cookies["sentinel_session"]
    assert all(word in kept for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"))
    assert "Secure" not in kept
    assert "Domain" not in kept
    secure, _ = a_closed_stand(web={"external_url": "https://sentinel.example.org"})
    async with secure.client() as client:
        answer = await sign_in(client)
        kept = answer.cookies["__Host-sentinel_session"]
        assert all(word in kept for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Secure"))
        shown = cookie_in(answer, "__Host-sentinel_session")
        unguarded = await client.get("/", headers={"Cookie": f"sentinel_session={shown}", **BROWSER})
        guarded = await client.get("/", headers={"Cookie": f"__Host-sentinel_session={shown}", **BROWSER})
    assert (unguarded.status, guarded.status) == (303, 200)
    assert guarded.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_a_session_that_somebody_put_there_before_is_worth_nothing() -> None:
    """Fixation: signing in gives a new id, and ends the session that was shown."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        planted = await sign_in(client, "vero")
        mine = await sign_in(client, "ana")
    async with stand.client(**BROWSER) as attacker:
        old = await attacker.get("/", headers={"Cookie": f"sentinel_session={cookie_in(planted)}"})
        made_up = await attacker.get("/", headers={"Cookie": "sentinel_session=chosen-by-me"})
        new = await attacker.get("/", headers={"Cookie": f"sentinel_session={cookie_in(mine)}"})
    assert cookie_in(planted) != cookie_in(mine)
    assert (old.status, made_up.status, new.status) == (303, 303, 200)


async def test_a_session_that_was_signed_out_is_over_for_whoever_kept_its_cookie() -> None:
    """Replay."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        kept = {"Cookie": f"sentinel_session={cookie_in(await sign_in(client))}"}
        home = await client.get("/")
        without_key = await client.post("/logout", data={})
        assert without_key.status == 403
        out = await client.post("/logout", data={"form_key": key_in(home)})
        assert (out.status, out.headers["Location"]) == (303, "/login")
        assert "Max-Age=0" in out.cookies["sentinel_session"]
        again = await client.post("/logout", data={})
    async with stand.client(**BROWSER) as thief:
        assert (await thief.get("/", headers=kept)).status == 303
    assert again.status == 303
    assert stand.sessions.kept == {}  # type: ignore[attr-defined]


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "http:evil",
    "/%0d%0aSet-Cookie:a=b\r\n",
    "///evil.example",
    "/ /evil",
    "evil.example",
    "/login?next=/",
    "/logout",
    "/api/v1/brands",
    "/ü",
    "/" + "a" * 1001,
)


@pytest.mark.parametrize("wanted", ELSEWHERE)
async def test_nobody_is_led_to_another_site(wanted: str) -> None:
    """Open redirects, however they are written; in the form, in the answer, and for whoever is signed in already."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        form = await client.get("/login", params={"next": wanted})
        inside = await sign_in(client, next=wanted)
        already = await client.get("/login", params={"next": wanted})
    assert 'name="next" value="/"' in form.text
    assert (inside.status, inside.headers["Location"]) == (303, "/")
    assert (already.status, already.headers["Location"]) == (303, "/")


async def test_another_site_cannot_sign_somebody_in() -> None:
    """Into an account of its own, to have them act there."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        site = await sign_in(client, **{"Sec-Fetch-Site": "cross-site"})
        origin = await sign_in(client, Origin="https://evil.example")
        own = await sign_in(client, Origin=client.url)
    assert (site.status, origin.status, own.status) == (403, 403, 303)


async def test_unused_or_old_sessions_end_and_those_in_use_go_on() -> None:
    """Idle for a week, or a month old however much they are used."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        for _ in range(5):
            await stand.clock.advance(timedelta(days=6))
            assert (await client.get("/")).status == 200
        await stand.clock.advance(timedelta(days=1))
        assert (await client.get("/")).status == 303
        await sign_in(client)
        await stand.clock.advance(timedelta(days=7, seconds=1))
        assert (await client.get("/")).status == 303


async def test_a_changed_password_a_removed_user_and_a_new_role_count_at_once() -> None:
    """After a reload, without a restart."""
    stand, name = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        stand.config = a_house(users=USERS | {"ana": USERS["ana"] | {"role": "viewer"}})
        demoted = (await client.get(f"/incidents/{name}")).text
        assert "formaction" not in demoted
        stand.config = a_house(users=USERS | {"ana": USERS["ana"] | {"password": QUICK.hash("another one")}})
        assert (await client.get("/")).status == 303
        await sign_in(client, password="another one")
        stand.config = a_house(users={key: user for key, user in USERS.items() if key != "ana"})
        assert (await client.get("/")).status == 303
        stand.config = a_house(users=USERS | {"ana": USERS["ana"] | {"password": QUICK.hash("another one")}})
        assert (await client.get("/")).status == 303  # it does not come back to life


async def test_one_person_has_so_many_sessions_and_the_one_used_longest_ago_goes() -> None:
    """Whatever a script does, the table does not grow without end."""
    stand, _ = a_closed_stand(sessions={"most": 2})
    async with stand.client(**BROWSER) as client:
        shown = []
        for _ in range(3):
            client.session.cookie_jar.clear()
            shown.append(cookie_in(await sign_in(client)))
            await stand.clock.advance(1)
        client.session.cookie_jar.clear()
        answers = [(await client.get("/", headers={"Cookie": f"sentinel_session={each}"})).status for each in shown]
    assert answers == [303, 200, 200]
    assert len(stand.sessions.kept) == 2  # type: ignore[attr-defined]


async def test_two_hundred_open_pages_ask_no_disk() -> None:
    """Sessions are read once, at the start; use is written down every few minutes at most."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        before = (stand.sessions.reads, stand.sessions.writes)  # type: ignore[attr-defined]
        for _ in range(200):
            assert (await client.get("/fragments/status")).status == 200
        assert (stand.sessions.reads, stand.sessions.writes) == before  # type: ignore[attr-defined]
        await stand.clock.advance(timedelta(minutes=6))
        for _ in range(10):
            await client.get("/fragments/status")
        assert stand.sessions.writes == before[1] + 1  # type: ignore[attr-defined]


async def test_a_restart_signs_nobody_out() -> None:
    """And what the store holds lets nobody in who reads it."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        shown = cookie_in(await sign_in(client))
        key = key_in(await client.get("/"))
    (kept,) = stand.sessions.kept.values()  # type: ignore[attr-defined]
    async with stand.client(**BROWSER) as client:
        stolen = await client.get("/", headers={"Cookie": f"sentinel_session={kept.id}"})
        mine = await client.get("/", headers={"Cookie": f"sentinel_session={shown}"})
    assert (stolen.status, mine.status) == (303, 200)
    assert key_in(mine) == key
    assert shown not in repr(msgspec.structs.asdict(kept))


async def test_while_the_disk_is_full_people_get_in_all_the_same_and_what_ended_stays_ended() -> None:
    """A crisis with a full disk is no time to be locked out; what could not be taken off the disk is, as soon as it
    takes writes.
    """
    stand, _ = a_closed_stand()
    drawer = stand.sessions
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        (old,) = drawer.kept.values()  # type: ignore[attr-defined]
        drawer.full = stand.audit.full = True  # type: ignore[attr-defined]
        out = await client.post("/logout", data={"form_key": key_in(await client.get("/"))})
        assert out.status == 303
        assert (await client.get("/")).status == 303
        assert old.id in drawer.kept  # type: ignore[attr-defined]
        assert (await sign_in(client)).status == 303
        assert (await client.get("/")).status == 200
        drawer.full = False  # type: ignore[attr-defined]
        await sign_in(client, "vero")
        assert old.id not in drawer.kept  # type: ignore[attr-defined]


async def test_a_store_that_is_known_to_fail_is_not_waited_for() -> None:
    """Nothing is asked of it."""
    stand, _ = a_closed_stand()
    stand.unwritten = True
    async with stand.client(**BROWSER) as client:
        assert (await sign_in(client)).status == 303
        assert (await client.get("/")).status == 200
    assert stand.sessions.writes == 0  # type: ignore[attr-defined]


async def test_the_form_works_without_a_script_in_both_languages() -> None:
    """Labels, what password managers look for, and no script but the one that pages can be installed by."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        spanish, english = await client.get("/login?next=/wall"), await client.get("/login?lang=en")
    assert all(word in spanish.text for word in ("<h1>Entrar</h1>", "Usuario", "Contraseña"))
    assert all(word in english.text for word in ("<h1>Sign in</h1>", "User", "Password"))
    assert 'autocomplete="username"' in spanish.text
    assert 'autocomplete="current-password"' in spanish.text
    assert re.findall(r"<script[^>]*>", spanish.text) == re.findall(r"<script src=[^>]* defer>", spanish.text)
    assert 'href="?lang=en&amp;next=%2Fwall"' in spanish.text


async def test_where_nobody_is_known_everything_is_as_it_was() -> None:
    """The open house on a loopback address: no signing in, no keys, everybody acts."""
    async with Stand().client(**BROWSER) as client:
        assert (await client.get("/login")).headers["Location"] == "/"
        home = await client.get("/")
        assert (home.status, "form_key" in home.text) == (200, False)
        assert (await client.post("/login", data={})).status == 403
        assert (await client.get("/audit")).status == 200


async def test_where_tokens_say_who_acts_one_can_be_shown_at_the_same_place() -> None:
    """Pages that want somebody who acts lead there."""
    stand = Stand(config=a_config(tokens=["s3cret"]))
    async with stand.client(**BROWSER) as client:
        assert (await client.get("/")).status == 200
        asked = await client.get("/audit")
        assert (asked.status, asked.headers["Location"]) == (303, "/login?next=%2Faudit")
        assert 'name="token"' in (await client.get("/login")).text
        wrong = await client.post("/login", data={"account": "Ana", "token": "guess", "next": "/audit"})
        right = await client.post("/login", data={"account": "Ana", "token": "s3cret", "next": "/audit"})
        assert (wrong.status, right.status, right.headers["Location"]) == (403, 303, "/audit")
        page = await client.get("/audit")
        assert page.status == 200
        assert "s3cret" not in page.text + wrong.text
        await client.post("/logout", data={})
        assert (await client.get("/audit")).status == 303


async def test_the_incident_page_asks_whoever_signed_in_for_nothing_and_shows_who_may_only_look_why() -> None:
    """No name, no token; the timeline has the contact they are."""
    stand, name = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "vero")
        looks = await client.get(f"/incidents/{name}?lang=es")
        pressed = await client.post(f"/incidents/{name}/ack", data={"form_key": key_in(looks)})
        await sign_in(client, "ana")
        acts = await client.get(f"/incidents/{name}?lang=es")
        fragment = await client.get(f"/fragments/incidents/{name}?lang=es")
        done = await client.post(f"/incidents/{name}/ack", data={"form_key": key_in(fragment), "by": "somebody else"})
    assert "formaction" not in looks.text
    assert "puede mirar, pero no actuar" in looks.text
    assert pressed.status == 403
    assert all(text not in acts.text for text in ('name="by"', 'name="token"'))
    assert "formaction" in acts.text
    assert done.status == 303
    assert [command.by for command in stand.commands] == ["ana"]


async def test_links_to_a_phone_need_nobody_to_be_signed_in() -> None:
    """Half asleep, on a network that has never seen Sentinel."""
    stand, name = a_closed_stand()
    token = a_token(stand, stand.incidents[name])
    async with stand.client(**BROWSER) as client:
        assert (await client.get(f"/a/{token}")).status == 200
        assert (await client.post(f"/a/{token}/ack")).status == 303
    assert stand.commands[0].by == "ana"
    (line,) = stand.audit.lines  # type: ignore[attr-defined]
    assert (line.who, line.known_by, line.what, line.about) == ("ana", "link", "ack", name)
    assert token not in repr(line)


async def test_the_house_can_be_closed_and_opened_by_a_reload() -> None:
    """The configuration in force counts, not the one of the start."""
    stand = Stand()
    async with stand.client(**BROWSER) as client:
        assert (await client.get("/")).status == 200
        stand.config = replace_access(stand)
        assert (await client.get("/")).status == 303


def replace_access(stand: Stand) -> object:
    return stand.config.model_copy(update={"access": a_house().access})
