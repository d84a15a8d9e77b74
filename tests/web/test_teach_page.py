"""The page that asks about the posts that the model doubts most: one tap a post, nothing for whoever only looks."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from sentinel.sentiment.doubt import Post
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from tests.web.doubts import StandDoubts
from tests.web.stand import Stand, a_config
from tests.web.test_oncall_page import post
from tests.web.test_pages import read, words

POSTS = ["acme cambia de sede en Vigo", "la nueva app de acme", "acme, veinte minutos para pagar"]


def a_stand(**fields: object) -> Stand:
    return Stand(doubts=StandDoubts([Post(text, "es") for text in POSTS]), **fields)  # type: ignore[arg-type]


def asked(page: str) -> dict[str, str]:
    """The hidden fields of the form, the post that is shown among them."""
    return dict(re.findall(r'<input type="hidden" name="(brand|post|after|given)" value="([^"]*)">', page))


def shown(page: str) -> str:
    """The text that the page asks about."""
    found = re.search(r"<blockquote[^>]*>([^<]*)</blockquote>", page)
    return found[1] if found else ""


async def test_a_tap_labels_a_post_and_shows_the_next() -> None:
    """Three posts, three taps, each told to the model under the name of who tapped; then there are none."""
    stand, address, told = a_stand(), "/models/teach?lang=en", []
    for label in ("negative", "neutral", "positive"):
        page = await read(stand, address)
        told.append((shown(page), label))
        answer = await post(stand, "/models/teach", asked(page) | {"label": label, "by": "Ana"})
        assert answer.status == 303
        address = answer.headers["Location"] + "&lang=en"
    assert sorted(text for text, _ in told) == sorted(POSTS)
    assert stand.teachings == [Correction(text=text, label=Label(label), by="Ana", lang="es") for text, label in told]
    assert parse_qs(urlsplit(address).query)["given"] == ["3"]
    page = words(await read(stand, address))
    assert "No more posts of Acme to ask about." in page
    assert "3 labels given" in page


async def test_each_button_shows_its_key_and_needs_no_script() -> None:
    """The keys are on the buttons, and the buttons send the form."""
    page = await read(a_stand(), "/models/teach?lang=es")
    assert re.findall(r'<button name="label" value="(\w+)" data-key="(\w)">', page) == [
        ("negative", "n"),
        ("neutral", "u"),
        ("positive", "p"),
    ]
    assert "Es negativa n" in words(page)
    assert 'data-key="s"' in page


async def test_a_post_that_is_skipped_comes_no_more() -> None:
    """The next one is asked about, and a label goes on behind it."""
    stand = a_stand()
    first = await read(stand, "/models/teach")
    address = re.search(r'<a href="([^"]+)" data-key="s">', first)
    assert address is not None
    second = await read(stand, address[1].replace("&amp;", "&"))
    assert shown(second) not in ("", shown(first))
    answer = await post(stand, "/models/teach", asked(second) | {"label": "neutral", "by": "Ana"})
    assert shown(await read(stand, answer.headers["Location"])) not in ("", shown(first), shown(second))


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"post": "0123"}, 409, "Por ese mensaje ya no se pregunta"),
        ({"brand": "Nadie"}, 409, "Por ese mensaje ya no se pregunta"),
        ({"label": "angry"}, 400, "«angry» ya no está entre las opciones"),
        ({"by": " "}, 400, "Escribe tu nombre"),
    ],
)
async def test_what_is_no_label_teaches_nothing(fields: dict[str, str], status: int, said: str) -> None:
    """The reason is in the reader's language, and the post stays."""
    stand = a_stand()
    sent = asked(await read(stand, "/models/teach")) | {"label": "neutral", "by": "Ana"} | fields
    answer = await post(stand, "/models/teach?lang=es", sent)
    assert (answer.status, stand.teachings) == (status, [])
    assert said in words(answer.text)


async def test_a_brand_of_which_nothing_was_heard() -> None:
    """It says so, and other brands can be chosen."""
    page = await read(a_stand(), "/models/teach?brand=Banco+Sol&lang=en")
    assert "There is nothing to ask about Banco Sol yet" in words(page)
    assert "<option>Acme</option>" in page


async def test_whoever_only_looks_sees_no_post_and_teaches_nothing() -> None:
    """As with the corrections on an incident's page."""
    stand = a_stand(config=a_config(tokens=["abc"]))
    async with stand.client() as client:
        answer = await client.get("/models/teach?lang=en")
    assert answer.status == 403
    assert "Whoever may only look cannot teach." in words(answer.text)
    assert shown(answer.text) == ""
    sent = {"brand": "Acme", "post": "0", "label": "neutral", "by": "Ana"}
    assert (await post(stand, "/models/teach", sent)).status in (401, 403)
    assert stand.teachings == []
