"""What strangers write stays words: a page about a hostile post is made of the very elements of a page about a harmless
one.
"""

from html import unescape

import pytest

from tests.web.hostile import ADDRESSES, HOSTILE, PLAIN, Made, a_hostile_stand
from tests.web.links import a_token

OURS = ("/", "#", "?", "https://a.example/", "https://sentinel.example.org/")
"""Ours, and that of the harmless post."""
PAGES = (
    "/",
    "/wall",
    "/fragments/status",
    "/fragments/wall",
    "/mentions",
    "/mentions?author=1",
    "/incidents",
    "/incidents/{id}",
    "/fragments/incidents/{id}",
    "/a/{token}",
)


async def the_pages(words: str, url: str = "https://a.example/") -> dict[str, str]:
    """Every page about it, with a note of the same words on the timeline."""
    stand, incident = a_hostile_stand(words, url)
    html = {}
    async with stand.client() as client:
        ticked = await client.post(f"/incidents/{incident.id}/ack", data={"by": words[:80], "reason": words})
        assert ticked.status == 303, ticked.text
        incident = stand.incidents[incident.id]
        for path in PAGES:
            answer = await client.get(
                path.format(id=incident.id, token=a_token(stand, incident)),
                headers={"Accept": "text/html"},
            )
            assert answer.status == 200, (path, answer.text)
            html[path] = answer.text
    return html


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_page_is_made_of_our_elements_alone(name: str) -> None:
    """No element, no attribute, no comment more or less; nothing is computed; the words are there for the reader all
    the same.
    """
    harmless = {path: Made(html) for path, html in (await the_pages(PLAIN)).items()}
    for path, html in (await the_pages(HOSTILE[name])).items():
        made = Made(html)
        assert made.elements == harmless[path].elements, path
        assert not [each for each in made.addresses if not each.startswith(OURS)], path


async def test_what_looks_like_a_template_is_read_as_it_was_written() -> None:
    """Nothing is computed from a stranger's words, neither by the pages nor by the playbook that quotes them."""
    for path, html in (await the_pages(HOSTILE["a template"])).items():
        assert "{{ 7*7 }}{% for x in range(9) %}x" in unescape(html), path


@pytest.mark.parametrize("url", ADDRESSES)
async def test_an_address_that_runs_or_misleads_is_no_link(url: str) -> None:
    """Only whole web addresses become links, and no address ends its attribute."""
    plain = {path: Made(html) for path, html in (await the_pages(PLAIN)).items()}
    for path, html in (await the_pages(PLAIN, url)).items():
        made = Made(html)
        allowed = {each[:1] for each in plain[path].elements}
        assert {each[:1] for each in made.elements} <= allowed
        assert {name for each in made.elements for name in each[1:]} <= {
            name for each in plain[path].elements for name in each[1:]
        }
        for each in made.addresses:
            assert each.startswith(OURS), (path, each)
            assert not each.startswith("//"), (path, each)
