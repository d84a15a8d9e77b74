"""Odd feeds: a member that is not as it should be costs only itself, and what people would read is read."""

import json

import pytest

from sentinel.mention import Engagement, Kind
from tests.sources.test_feed_items import item, read, rss

DATED = {"date_published": "2026-03-02T08:00:00Z"}
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" {spaces}><title>t</title>{entry}</feed>'


def test_odd_members_of_a_json_feed_cost_only_themselves() -> None:
    """Nine items, nine mentions."""
    base = {
        "id": "j0",
        "url": "http://j.example/0",
        "content_text": "Acme base",
        "date_published": "2026-03-02T08:00:00Z",
    }
    odd = [
        {"author": "Ana"},
        {"tags": [None, "x"]},
        {"date_published": 1772438400},
        {"authors": [None]},
        {"url": "/rel/5"},
        {"tags": "a,b"},
        {"title": {"rendered": "Acme"}},
        {"id": None, "url": None},
        {"authors": [{"name": 123}]},
    ]
    items = [base | {"id": f"j{n}", "url": f"http://j.example/{n}"} | more for n, more in enumerate(odd)]
    read_back = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert len({mention.id for mention in read_back}) == 9
    named = {mention.id: mention for mention in read_back}
    assert named["http://j.example/0"].author is not None
    assert named["http://j.example/1"].tags == ("x",)
    assert named["http://j.example/2"].published_at == named["http://j.example/0"].published_at
    assert "https://news.example/rel/5" in named
    assert named["http://j.example/5"].tags == ("a", "b")
    assert named["http://j.example/6"].title == "Acme"


def test_an_empty_body_hides_no_description() -> None:
    """Nor does one that stands elsewhere."""
    space = "http://purl.org/rss/1.0/modules/content/"
    empty = f'<content:encoded xmlns:content="{space}"></content:encoded></item>'
    full = item(title="Aviso", link="https://a.example/1", description="La tostadora de Acme arde")
    assert read(rss(full.replace("</item>", empty)))[0].text == "La tostadora de Acme arde"
    elsewhere = '<content type="text/html" src="http://p.example/1"/>'
    entry = f"<entry><title>Nuevo</title><id>a1</id><summary>La estafa de Acme</summary>{elsewhere}</entry>"
    assert read(ATOM.format(spaces="", entry=entry))[0].text == "La estafa de Acme"


@pytest.mark.parametrize("title", ["Caida de AT&amp;T", "Caida de AT&amp;amp;T", "Caida de AT&amp;amp;amp;T"])
def test_what_was_escaped_too_often_is_read(title: str) -> None:
    """As people do."""
    assert read(rss(item(title=title, link="https://a.example/1")))[0].title == "Caida de AT&T"


def test_descriptions_of_pictures_and_videos_are_read() -> None:
    """The alternative text of a picture, the description of a video."""
    picture = rss(
        item(title="Foto", link="https://a.example/1", description='&lt;img src="x" alt="Cartel: Acme nos roba"&gt;')
    )
    assert read(picture)[0].text == "Cartel: Acme nos roba"
    media = (
        '<media:group xmlns:media="http://search.yahoo.com/mrss/"><media:title>otra</media:title>'
        "<media:description>Mira lo que hace Acme</media:description></media:group>"
    )
    assert (
        read(rss(item(title="Video", link="https://a.example/1").replace("</item>", media + "</item>")))[0].text
        == "Mira lo que hace Acme"
    )


def test_a_video_has_its_views_and_likes() -> None:
    """As the video site's own feed tells them."""
    entry = (
        "<entry><id>yt:video:A</id><title>NO COMPRES</title><link href='https://www.youtube.com/watch?v=A'/><media:group>"
        "<media:description>Acme</media:description><media:community><media:starRating count='5' average='1.00'/>"
        "<media:statistics views='90000'/></media:community></media:group></entry>"
    )
    (mention,) = read(ATOM.format(spaces='xmlns:media="http://search.yahoo.com/mrss/"', entry=entry))
    assert mention.engagement == Engagement(likes=5, views=90_000)


def test_a_review_has_its_stars() -> None:
    """And all share one address, so that each is named by its own id."""
    entries = "".join(
        f"<entry><id>90{n}</id><title>Fatal</title><content type='text'>Acme no abre {n}</content>"
        "<im:rating>1</im:rating><link rel='related' href='https://itunes.apple.com/es/review?id=1'/></entry>"
        for n in range(3)
    )
    reviews = read(ATOM.format(spaces='xmlns:im="http://itunes.apple.com/rss"', entry=entries))
    assert len({review.id for review in reviews}) == 3
    assert {(review.rating, review.kind) for review in reviews} == {(1.0, Kind.REVIEW)}


def test_comments_under_one_post_are_each_themselves() -> None:
    """Also when they come alone: the anchor that numbers them is part of the address."""
    one, two = (
        read(rss(item(title="C", link=f"http://b.example/p/#comment-{n}", description=f"c{n}")))[0].id for n in (1, 2)
    )
    assert one != two


def test_a_front_page_names_no_item() -> None:
    """Items that lead there and have no id are told apart by what they say."""
    one, two = (read(rss(item(title=f"Acme {n}", link="http://www.example/")))[0].id for n in (1, 2))
    assert one != two


@pytest.mark.parametrize("declared", ["application/rss+xml; charset=utf-8", "application/rss+xml"])
def test_a_bad_byte_spoils_only_itself(declared: str) -> None:
    """The other items keep their accents; a body that is Windows' own whole is read as that."""
    body = rss(
        item(title="Peña de Acme", link="https://a.example/1"), item(title="Málaga BAD", link="https://a.example/2")
    )
    good, bad = read(body.encode().replace(b"BAD", b"\xe2\x28\xa1"), content_type=declared)
    assert (good.title, bad.title) == ("Peña de Acme", "Málaga â(¡")
    whole = rss(item(title="Telefónica: “no” €", link="https://a.example/1")).encode("cp1252")
    assert read(whole, content_type=declared)[0].title == "Telefónica: “no” €"


@pytest.mark.parametrize(
    "before",
    [
        "<br />\n<b>Warning</b>:  Undefined variable in /var/www/x.php on line 3<br />\n",
        '<!DOCTYPE html [ <!ENTITY nbsp " "> ]>\n',
    ],
)
def test_what_stands_before_a_feed_is_passed_over(before: str) -> None:
    """Warnings of the software that made it, a type of document that it is not."""
    body = rss(item(title="Acme", link="https://a.example/1"))
    body = body.split("?>", 1)[1] if "DOCTYPE" in before else body
    assert read(before + body)[0].title == "Acme"


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296", "&#0;", "&#x110000;", "&#99999999;", "&#xfffe;"])
def test_a_reference_to_no_character_costs_nothing_but_itself(reference: str) -> None:
    """Also where the document is damaged besides, and the library reads it loosely."""
    item = "<item><title>Acme {text}</title><link>https://x.example/{text}</link></item>"
    for end in ("</channel></rss>", "<b>"):
        xml = f'<rss version="2.0"><channel>{item.format(text="uno" + reference)}{item.format(text="dos")}{end}'
        assert [each.title or each.text for each in read(xml)][-1:] == ["Acme dos"]


@pytest.mark.parametrize("ttl", ["²", "9" * 40, "-1", "x"])
def test_a_wait_that_is_no_figure_is_none(ttl: str) -> None:
    """A publisher cannot keep us away for ever, nor end the source."""
    item = "<item><title>Acme</title><link>https://x.example/1</link></item>"
    feed = f'<rss version="2.0"><channel><ttl>{ttl}</ttl>{item}</channel></rss>'
    assert [each.title or each.text for each in read(feed)] == ["Acme"]


@pytest.mark.parametrize("address", ["//[", "http://]", "//a]b/", "https://[::1", "//x\uff0fy"])
def test_an_address_that_is_none_costs_only_itself(address: str) -> None:
    """The item is read without it, and those beside it."""
    items = [{"id": "1", "url": address, "content_text": "uno"}, {"id": "2", "content_text": "dos"}]
    read_back = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [each.text for each in read_back] == ["uno", "dos"]
    feed = rss(item(title="Acme uno", link=address), item(title="Acme dos", link="https://x.example/2"))
    assert [each.title or each.text for each in read(feed)] == ["Acme uno", "Acme dos"]
