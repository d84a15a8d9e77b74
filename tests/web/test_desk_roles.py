"""The pages around the incident in a house where people sign in: who looks, who acts, in whose name; and the way around
in their head.
"""

import re

import pytest

from sentinel.web.pages.templates import NAV
from tests.web.people import BROWSER, a_house, key_in, sign_in
from tests.web.stand import Stand
from tests.web.test_models_page import taught
from tests.web.test_pages import read
from tests.web.test_wall import a_guarded_config

PAGES = [address for address, _ in NAV]


def a_closed_desk() -> Stand:
    """With schedules, and a model that learnt."""
    config = a_guarded_config().model_copy(update={"access": a_house().access})
    return Stand(config=config, learning=taught())


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_sees_a_page_before_signing_in(path: str) -> None:
    """Not even its name."""
    async with a_closed_desk().client(**BROWSER) as client:
        answer = await client.get(path)
    assert answer.status in (303, 401)
    assert "Banco Sol" not in answer.text


async def test_who_looks_sees_no_form_and_who_may_all_sees_every_one() -> None:
    """The configuration is for who may all; its entry as well."""
    stand = a_closed_desk()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "vero")
        for path in PAGES:
            answer = await client.get(path)
            assert answer.status == (403 if path == "/config" else 200), path
            acting = re.findall(r'<form[^>]* method="post" action="([^"]*)"', answer.text.partition("<main")[2])
            assert set(acting) <= {"/mentions/views"}, path  # what they keep for themselves
            assert 'href="/config"' not in answer.text
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "boss")
        for path in ("/oncall", "/silences", "/models", "/config", "/config/what-if"):
            main = (await client.get(path)).text.partition("<main")[2]
            assert main.count("<form") == main.count('name="form_key"') > 0, path


async def test_what_somebody_does_is_done_in_their_own_name() -> None:
    """Whatever name they send along; without the form's key nothing is done."""
    stand = a_closed_desk()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "ana")
        page = await client.get("/silences")
        assert 'name="by"' not in page.text
        fields = {"all": "1", "lasts": "1h", "by": "Somebody Else"}
        assert (await client.post("/silences", data=fields)).status == 403
        assert (await client.post("/silences", data=fields | {"form_key": key_in(page)})).status == 303
        rolled = await client.post("/models/rollback", data={"version": "0", "form_key": key_in(page)})
    assert [each.by for each in stand.silences.all()] == ["ana"]
    assert rolled.status == 403
    assert stand.teachings == []


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_the_whole_menu_with_its_own_entry_marked(path: str) -> None:
    """Twice: in the head where there is room, and in a menu that opens without a script."""
    html = await read(Stand(), f"{path}?lang=en")
    for address in PAGES:
        assert f'<a href="{address}"' in html
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', html) in ([path, path], [path])
    assert "<details class=" in html


async def test_a_page_below_another_is_marked_as_part_of_it() -> None:
    """A playbook is among the playbooks; the start is above nothing."""
    html = await read(Stand(), "/playbooks/outage?lang=en")
    assert set(re.findall(r'<a href="([^"]+)" aria-current="page"', html)) == {"/playbooks"}


async def test_changing_the_language_keeps_what_is_looked_at() -> None:
    """But not what was said once."""
    html = await read(Stand(config=a_guarded_config()), "/oncall?from=2026-03-09&said=swap&lang=en")
    assert 'href="?lang=es&amp;from=2026-03-09" lang="es"' in html


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/oncall/overrides", "/oncall"),
        ("/oncall/swaps", "/oncall"),
        ("/oncall/changes/c-1/undo", "/oncall"),
        ("/silences/s-1/end", "/silences"),
        ("/silences/ignored/i-1/end", "/silences"),
        ("/models/rollback", "/models"),
        ("/config/reload", "/config"),
    ],
)
async def test_the_address_of_a_button_leads_back_to_its_page(path: str, page: str) -> None:
    """Also when only the language was changed there; it does nothing."""
    stand = Stand()
    async with stand.client() as client:
        plain, other = await client.get(path), await client.get(f"{path}?lang=es")
    assert (plain.status, plain.headers["Location"]) == (303, page)
    assert other.headers["Location"] == f"{page}?lang=es"
    assert stand.reloads == 0
