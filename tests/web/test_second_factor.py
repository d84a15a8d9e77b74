"""The second factor of people with a password: set up with an app, asked for at sign-in, each code good once."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP

from sentinel.store.audit import AuditOutcome
from tests.web.people import BROWSER, HASH, PASSWORD, QUICK, a_closed_stand, another_browser, key_in, sign_in
from tests.web.stand import Answer, Client, Stand

SECRET = re.compile(r"secret=([A-Z2-7]{32})")
RECOVERY = re.compile(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>")


def shown_by_app(stand: Stand, secret: str, *, steps: int = 0) -> str:
    """The code that an app shows now, or so many steps from now."""
    return TOTP(secret).at(stand.clock.now() + timedelta(seconds=30 * steps))


async def asked_of(client: Client, path: str, **fields: str) -> Answer:
    """A form of one's own page, posted."""
    return await client.post(path, data={"form_key": key_in(await client.get("/account")), **fields})


async def set_up(stand: Stand, client: Client, account: str = "ana") -> tuple[str, list[str]]:
    """Sign in and set it up; the secret and the recovery codes. Afterwards nobody is signed in."""
    assert (await sign_in(client, account)).status == 303
    assert (await asked_of(client, "/account/factor/new", password=PASSWORD)).headers["Location"] == "/account/factor"
    page = await client.get("/account/factor")
    found = SECRET.search(page.text)
    assert found is not None
    done = await asked_of(client, "/account/factor/confirm", code=shown_by_app(stand, found[1]))
    assert done.status == 200
    client.session.cookie_jar.clear()
    await stand.clock.advance(60)
    return found[1], RECOVERY.findall(done.text)


async def typed(client: Client, code: str) -> Answer:
    return await client.post("/login/code", data={"code": code})


async def test_it_is_set_up_with_an_app_and_asked_for_from_then_on() -> None:
    """A QR code and the same as text; ten recovery codes, shown once; then password and code, in two steps."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, codes = await set_up(stand, client)
        assert len(set(codes)) == 10
        asked = await sign_in(client, next="/wall")
        assert asked.headers["Location"] == "/login/code"
        assert "sentinel_session" not in asked.cookies
        assert all(word in asked.cookies["sentinel_code"] for word in ("HttpOnly", "SameSite=Lax", "Max-Age=300"))
        assert (await client.get("/wall")).headers["Location"] == "/login?next=%2Fwall"
        assert "Segundo paso" in (await client.get("/login/code")).text
        answer = await typed(client, shown_by_app(stand, secret))
        assert (answer.status, answer.headers["Location"]) == (303, "/wall")
        assert (await client.get("/wall")).status == 200


async def test_the_secret_is_a_picture_without_a_script_and_without_a_style() -> None:
    """Inline, as the content policy wants it; shown to the session alone that began it, for a quarter of an hour."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client, another_browser(client) as other:
        await sign_in(client)
        await sign_in(other)
        await asked_of(client, "/account/factor/new", password=PASSWORD)
        page = (await client.get("/account/factor")).text
        assert re.search(r'<svg viewBox="0 0 \d+ \d+" class="qr"><path fill="#fff"', page)
        assert "style=" not in page
        assert "otpauth://totp/Sentinel:ana?secret=" in page
        assert (await other.get("/account/factor")).headers["Location"] == "/account"
        await stand.clock.advance(timedelta(minutes=15))
        assert (await client.get("/account/factor")).headers["Location"] == "/account"


async def test_a_code_counts_once_and_for_a_minute_around_its_own() -> None:
    """Whoever looked over a shoulder comes too late; clocks may be off by one step, not by two."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
        for steps in (-2, 2):
            await sign_in(client)
            assert (await typed(client, shown_by_app(stand, secret, steps=steps))).status == 403
        for steps in (0, 1):
            await sign_in(client)
            code = shown_by_app(stand, secret, steps=steps)
            assert (await typed(client, code)).status == 303
            client.session.cookie_jar.clear()
            await sign_in(client)
            assert (await typed(client, code)).status == 403
        assert (await typed(client, shown_by_app(stand, secret))).status == 403, "older than one that was used"
        await stand.clock.advance(60)
        assert (await typed(client, shown_by_app(stand, secret, steps=-1))).status == 403
        assert (await typed(client, shown_by_app(stand, secret))).status == 303


async def test_the_code_that_confirmed_it_signs_nobody_in() -> None:
    """It has been used."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
        await stand.clock.advance(-30)
        await sign_in(client)
        assert (await typed(client, shown_by_app(stand, secret, steps=-1))).status == 403


async def test_guessing_codes_waits_and_the_right_password_makes_no_more_of_them_free() -> None:
    """Five, then each doubles the wait; begun anew or not, from whichever address."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
        for n in range(5):
            await sign_in(client)
            assert (await typed(client, f"{n:06}")).status == 403
        await sign_in(client)
        told = await typed(client, shown_by_app(stand, secret))
        assert (told.status, told.headers["Retry-After"]) == (429, "2")
        await stand.clock.advance(2)
        assert (await typed(client, shown_by_app(stand, secret))).status == 303


async def test_a_recovery_code_lets_in_once_however_it_is_typed() -> None:
    """And stands in the log as such."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        _, codes = await set_up(stand, client)
        await sign_in(client)
        assert (await typed(client, codes[3].upper().replace("-", " "))).status == 303
        assert (await stand.audit.find())[0].what == "sign_in_recovery_code"
        assert "Códigos de recuperación que quedan: 9" in (await client.get("/account")).text
        client.session.cookie_jar.clear()
        await sign_in(client)
        assert (await typed(client, codes[3])).status == 403
        assert (await typed(client, codes[4])).status == 303


async def test_a_recovery_code_is_not_spent_where_it_does_not_count() -> None:
    """New codes want a code of the app: a recovery code typed there lets in later all the same."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        _, codes = await set_up(stand, client)
        await sign_in(client)
        await typed(client, codes[2])
        key = key_in(await client.get("/account"))
        refused = await client.post("/account/factor/codes", data={"form_key": key, "code": codes[3]})
        assert refused.status == 403
        client.session.cookie_jar.clear()
        await sign_in(client)
        assert (await typed(client, codes[3])).status == 303


async def test_what_is_kept_holds_no_recovery_code_and_no_log_holds_the_secret() -> None:
    """Digests with a salt of the person's own; the secret is in the store alone, as it must be."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, codes = await set_up(stand, client)
        kept = stand.second_factors.kept["ana"]
        assert not any(code in repr(kept) or code.replace("-", "") in repr(kept) for code in codes)
        assert secret not in repr(await stand.audit.find())
        await sign_in(client, "boss")
        for path in ("/config", "/people", "/audit", "/api/v1/sessions"):
            assert secret not in (await client.get(path)).text


async def test_taking_it_off_wants_a_code_and_renewing_wants_one_of_the_app() -> None:
    """A session that somebody left open is not enough."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, codes = await set_up(stand, client)
        await sign_in(client)
        await typed(client, shown_by_app(stand, secret))
        assert (await asked_of(client, "/account/factor/off", code="000000")).status == 403
        assert (await asked_of(client, "/account/factor/codes", code=codes[0])).status == 403
        assert (await asked_of(client, "/account/factor/new", password=PASSWORD)).status == 409
        await stand.clock.advance(30)
        renewed = await asked_of(client, "/account/factor/codes", code=shown_by_app(stand, secret))
        fresh = RECOVERY.findall(renewed.text)
        assert not set(fresh) & set(codes)
        assert (await asked_of(client, "/account/factor/off", code=codes[1])).status == 403
        done = await asked_of(client, "/account/factor/off", code=fresh[0])
        assert done.headers["Location"] == "/account?said=factor_off"
        client.session.cookie_jar.clear()
        assert (await sign_in(client)).headers["Location"] == "/"


async def test_setting_it_up_wants_the_password_and_ends_other_sessions() -> None:
    """Else whoever found a browser open could lock its person out; and a thief's session does not outlive it."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client, another_browser(client) as thief:
        await sign_in(thief)
        await sign_in(client)
        assert (await asked_of(client, "/account/factor/new", password="guess guess")).status == 403
        assert (await asked_of(client, "/account/factor/confirm", code="000000")).headers["Location"] == "/account"
        await asked_of(client, "/account/factor/new", password=PASSWORD)
        found = SECRET.search((await client.get("/account/factor")).text)
        assert found is not None
        assert (await asked_of(client, "/account/factor/confirm", code="000000")).status == 403
        assert (await thief.get("/")).status == 200
        await asked_of(client, "/account/factor/confirm", code=shown_by_app(stand, found[1]))
        assert (await thief.get("/")).headers["Location"] == "/login"
        assert (await client.get("/")).status == 200


async def test_whose_role_needs_one_sees_nothing_else_until_it_is_set_up() -> None:
    """Pages lead there, the API says so; a reload that asks for it counts at once, for those who have one too."""
    stand, incident = a_closed_stand(second_factor={"responder": "required"})
    async with stand.client(**BROWSER) as client:
        await sign_in(client, next="/wall")
        for path in ("/", "/wall", f"/incidents/{incident}", "/fragments/status"):
            assert (await client.get(path)).headers["Location"] == "/account"
        page = await client.get("/account")
        assert "Tu rol necesita un segundo paso" in page.text
        told = await client.get("/api/v1/incidents")
        assert (told.status, "set it up at /account" in told.json["error"]) == (403, True)
        key = key_in(page)
        refused = await client.post(f"/incidents/{incident}/ack", data={"form_key": key})
        assert (refused.status, refused.headers["Location"]) == (303, "/account")
        assert stand.commands == []
        await asked_of(client, "/account/factor/new", password=PASSWORD)
        found = SECRET.search((await client.get("/account/factor")).text)
        assert found is not None
        await asked_of(client, "/account/factor/confirm", code=shown_by_app(stand, found[1]))
        assert (await client.get("/wall")).status == 200
        client.session.cookie_jar.clear()
        await sign_in(client, "vero")
        assert (await client.get("/wall")).status == 200


async def test_half_a_sign_in_is_none() -> None:
    """Without the password, with one that has changed meanwhile, or after five minutes it begins anew."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
        assert (await typed(client, shown_by_app(stand, secret))).headers["Location"] == "/login"
        await sign_in(client)
        await stand.clock.advance(timedelta(minutes=5))
        assert (await typed(client, shown_by_app(stand, secret))).headers["Location"] == "/login"
        await sign_in(client)
        ana = stand.config.access.users["ana"]
        changed = ana.model_copy(update={"password": type(ana.password)(QUICK.hash("another one"))})
        users = stand.config.access.users | {"ana": changed}
        access = stand.config.access.model_copy(update={"users": users})
        stand.config = stand.config.model_copy(update={"access": access})
        assert (await typed(client, shown_by_app(stand, secret))).headers["Location"] == "/login"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "\x00" * 6, "0" * 500, "-" * 16])
async def test_what_is_no_code_is_wrong(code: str) -> None:
    """403, never a 500; nothing of it on the page."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await set_up(stand, client)
        await sign_in(client)
        assert (await typed(client, code)).status == 403


async def test_while_the_store_cannot_be_read_nobody_is_taken_for_somebody_without() -> None:
    """People with a password wait; as soon as it can be read, a code is asked for."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
    stand.second_factors.shut = True
    async with stand.client(**BROWSER) as client:
        answer = await sign_in(client)
        assert (answer.status, "sentinel_session" in answer.cookies) == (503, False)
        assert "no puede leer ahora mismo" in answer.text
        stand.second_factors.shut = False
        assert (await sign_in(client)).headers["Location"] == "/login/code"
        assert (await typed(client, shown_by_app(stand, secret))).status == 303


async def test_on_a_full_disk_people_get_in_and_a_used_code_stays_used() -> None:
    """In memory, until the disk takes it; setting one up is refused, since a restart would forget it."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
        stand.second_factors.full = True
        code = shown_by_app(stand, secret)
        await sign_in(client)
        assert (await typed(client, code)).status == 303
        client.session.cookie_jar.clear()
        await sign_in(client)
        assert (await typed(client, code)).status == 403
        stand.second_factors.full = False
        await stand.clock.advance(60)
        assert (await typed(client, shown_by_app(stand, secret))).status == 303
        client.session.cookie_jar.clear()
        stand.second_factors.full = True
        await sign_in(client, "vero")
        await asked_of(client, "/account/factor/new", password=PASSWORD)
        found = SECRET.search((await client.get("/account/factor")).text)
        assert found is not None
        refused = await asked_of(client, "/account/factor/confirm", code=shown_by_app(stand, found[1]))
        assert refused.status == 503
        assert "vero" not in stand.second_factors.kept


async def test_a_form_from_elsewhere_or_without_its_key_changes_nothing() -> None:
    """As every form."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        secret, _ = await set_up(stand, client)
        await sign_in(client)
        foreign = await client.post(
            "/login/code", data={"code": shown_by_app(stand, secret)}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert foreign.status == 403
        await typed(client, shown_by_app(stand, secret))
        for path in ("new", "confirm", "codes", "off"):
            assert (await client.post(f"/account/factor/{path}", data={"code": "000000"})).status == 403
        assert "ana" in stand.second_factors.kept
        assert (await stand.audit.find())[0].outcome is AuditOutcome.REFUSED


async def test_where_nobody_signs_in_there_is_no_such_page() -> None:
    """404 for whoever a proxy names."""
    stand, _ = a_closed_stand(
        users={"ana": {"password": HASH}}, proxy={"header": "X-User", "trusted": ["127.0.0.1"], "default_role": "admin"}
    )
    async with stand.client(**{**BROWSER, "X-User": "nora"}) as client:
        assert (await client.get("/account")).status == 404
        assert (await client.get("/account/factor")).status == 404
