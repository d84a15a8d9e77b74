"""Two taps on the phone say what a voice means; nothing else moves."""

import re

import pytest

from sentinel.incidents.command import Action
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from tests.web.links import BROWSER, a_token, on_fire, words


def the_voice(page: str) -> str:
    found = re.search(r'name="voice" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


async def test_a_voice_is_corrected_in_the_name_of_the_links_contact() -> None:
    """The page says how the machine reads it; a tap on another meaning is taught, thanked for, and moves no
    incident.
    """
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    async with stand.client(**BROWSER) as client:
        page = (await client.get(address)).text
        assert "¿Se equivoca?" in words(page)
        assert page.count('name="label"') == 2
        answer = await client.post(f"{address}/label", data={"voice": the_voice(page), "label": "positive"})
    assert answer.status == 200
    assert "Apuntado: es positiva." in words(answer.text)
    sample = incident.samples[0]
    assert stand.teachings == [Correction(text=sample.text, label=Label.POSITIVE, by="ana", lang=sample.lang)]
    assert stand.incidents[incident.id] == incident


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"label": "negative"}, 400), ({"voice": "feedbeef", "label": "negative"}, 400), ({"label": "horrible"}, 400)],
)
async def test_what_the_page_did_not_offer_is_not_taught(fields: dict[str, str], status: int) -> None:
    """Another voice, no voice, another meaning."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    async with stand.client(**BROWSER) as client:
        voice = {"voice": the_voice((await client.get(address)).text)} if fields["label"] == "horrible" else {}
        answer = await client.post(f"{address}/label", data=voice | fields)
    assert (answer.status, stand.teachings) == (status, [])


async def test_a_button_of_one_action_teaches_nothing_and_a_look_neither() -> None:
    """The link in a lock screen's button acknowledges; a bot that follows the form's address is led back."""
    stand, incident = on_fire()
    single = f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}"
    async with stand.client(**BROWSER) as client:
        assert 'name="voice"' not in (await client.get(single)).text
        assert (await client.post(f"{single}/label", data={"voice": "x", "label": "neutral"})).status == 403
        assert (await client.get(f"{single}/label")).status == 303
        assert (await client.post("/a/forged/label", data={"label": "neutral"})).status == 404
    assert stand.teachings == []
