"""The installed page: what a browser needs to install it, a worker that keeps no data, and a page for no network."""

import json
import struct

import pytest

from sentinel.web.pages.assets import assets
from tests.web.people import BROWSER, a_closed_stand
from tests.web.stand import Stand


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_browser_can_install_it(language: str) -> None:
    """A name, where it begins, and icons of the sizes that they say, to whoever asks, in their language."""
    stand, _ = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        answer = await client.get(f"/manifest.webmanifest?lang={language}")
        assert answer.headers["Content-Type"].startswith("application/manifest+json")
        told = json.loads(answer.text)
        assert (told["name"], told["start_url"], told["scope"], told["display"]) == ("Sentinel", "/", "/", "standalone")
        assert told["lang"] == language
        assert {each["purpose"] for each in told["icons"]} == {"any", "maskable"}
        for icon in told["icons"]:
            async with client.session.head(client.url + icon["src"]) as found:
                assert (found.status, found.content_type) == (200, icon["type"])
            if icon["type"] == "image/png":
                drawn = assets()[icon["src"].partition("?")[0].removeprefix("/static/")].body
                assert "{}x{}".format(*struct.unpack(">II", drawn[16:24])) == icon["sizes"]
        login = await client.get("/login")
        assert 'href="/manifest.webmanifest?lang=es"' in login.text


async def test_the_worker_and_what_it_keeps_are_for_everybody() -> None:
    """A page for no network in both languages, its style, and nothing that is anybody's; under the strict policy."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        worker, offline = await client.get("/sw.js"), await client.get("/offline")
        assert worker.headers["Content-Type"].startswith("text/javascript")
        assert worker.headers["Cache-Control"] == "no-cache"
        assert "{{" not in worker.text
        assert "Sin conexión con Sentinel" in offline.text
        assert "No connection to Sentinel" in offline.text
        assert "<script" not in offline.text
        for answer in (worker, offline):
            policy = answer.headers["Content-Security-Policy"]
            assert "worker-src 'self'" in policy
            assert "unsafe" not in policy


async def test_no_page_is_without_its_manifest() -> None:
    """So that it is installed from wherever somebody is."""
    async with Stand().client(**BROWSER) as client:
        for path in ("/", "/wall", "/incidents"):
            assert 'rel="manifest"' in (await client.get(path)).text
