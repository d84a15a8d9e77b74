"""What is particular to each network: edits, deletions, quotas, tokens that run out, faults told in its own way."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from sentinel.sources.quota import Spent, next_period
from sentinel.sources.topics import BrandTerms, Grammar, questions
from sentinel.sources.youtube import PACIFIC
from tests.fakes import START, HurriedClock
from tests.sources.far_side import Post, listen
from tests.sources.inlet import KeepingInlet
from tests.sources.networks import (
    AppStore,
    Gdelt,
    GooglePlay,
    HackerNews,
    Lemmy,
    Reddit,
    StackExchange,
    Telegram,
    Youtube,
)


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest.fixture
async def reddit() -> AsyncIterator[Reddit]:
    async with Reddit() as opened:
        yield opened


def deletes(inlet: KeepingInlet) -> set[str]:
    return {id for batch in inlet.batches for id in batch.deletes}


async def test_hacker_news_takes_back_what_was_deleted(clock: HurriedClock) -> None:
    """Of what was kept."""
    async with HackerNews() as network:
        first = await listen(network.source(clock), clock)
        network.deleted = (2, 99)
        second = await listen(network.source(clock), clock, first.inlet.cursor)
        assert deletes(second.inlet) == {"2"}


@pytest.mark.parametrize(
    "more", [{"body": "[deleted]", "author": "[deleted]"}, {"body": "[removed]"}, {"removed_by_category": "moderator"}]
)
async def test_reddit_takes_back_what_was_deleted_or_removed(
    reddit: Reddit, clock: HurriedClock, more: dict[str, object]
) -> None:
    """By its author or by a moderator: it is asked for again by name."""
    first = await listen(reddit.source(clock), clock)
    reddit.posts[0] = replace(reddit.posts[0], more=more)
    second = await listen(reddit.source(clock), clock, first.inlet.cursor)
    assert deletes(second.inlet) == {"t1_1"}


async def test_an_edit_that_names_no_brand_any_more_takes_a_post_back(reddit: Reddit, clock: HurriedClock) -> None:
    """And one that still does leaves it."""
    first = await listen(reddit.source(clock), clock)
    edited = {"edited": START.timestamp()}
    reddit.posts = [
        Post("1", more=edited | {"body": "nada"}),
        Post("2", more=edited | {"body": "hola Acme otra vez"}),
    ]
    second = await listen(reddit.source(clock), clock, first.inlet.cursor)
    assert deletes(second.inlet) == {"t1_1"}


@pytest.mark.parametrize("kind", [AppStore, GooglePlay])
async def test_a_review_that_was_written_anew_is_the_same_one(
    clock: HurriedClock, kind: type[AppStore] | type[GooglePlay]
) -> None:
    """First five stars and another name, then one star and ours: it is heard. Without our name it is taken back."""
    async with kind() as network:
        network.posts = [Post("1", text="estupenda"), Post("2")]
        first = await listen(network.source(clock), clock)
        assert first.inlet.ids == ["2"]
        network.posts = [Post("1", text="Acme la ha estropeado", at=START - timedelta(minutes=1)), Post("2")]
        second = await listen(network.source(clock), clock, first.inlet.cursor, inlet=first.inlet)
        assert "1" in second.inlet.ids
        network.posts = [Post("2", text="mejor ya", at=START - timedelta(seconds=30)), *network.posts[:1]]
        third = await listen(network.source(clock), clock, second.inlet.cursor, inlet=second.inlet)
        assert "2" in deletes(third.inlet)


async def test_reddits_token_is_renewed_once_when_it_is_refused(clock: HurriedClock) -> None:
    """It may have been taken back before its end."""

    class Forgetful(Reddit):
        refusals = 1

        async def answer(self, request: web.Request) -> web.StreamResponse:
            if request.path != "/api/v1/access_token" and self.refusals:
                self.refusals -= 1
                return web.json_response({}, status=401)
            return await super().answer(request)

    async with Forgetful() as network:
        listened = await listen(network.source(clock), clock)
        assert listened.error is None
        assert [path for path, _ in network.asked].count("/api/v1/access_token") == 2


async def test_reddit_is_read_by_its_feeds_without_a_key(clock: HurriedClock) -> None:
    """A minute between two questions; its waits are long, so that one round is one question here."""

    class Feeds(Reddit):
        async def answer(self, request: web.Request) -> web.StreamResponse:
            entry = (
                "<entry><id>t3_1</id><title>Acme cae</title><link href='https://reddit.example/r/a/1/'/>"
                "<updated>2026-03-02T08:55:00+00:00</updated>"
                "<content type='html'>&lt;p&gt;hola Acme&lt;/p&gt;</content>"
                "<author><name>/u/ana</name></author></entry>"
            )
            return web.Response(
                text=f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entry}</feed>',
                content_type="application/atom+xml",
            )

    async with Feeds() as network:
        source = network.source(clock, client_id=None, client_secret=None, subreddits=())
        listened = await listen(source, clock)
        assert {path for path, _ in network.asked} == {"/search.rss"}
        (mention,) = listened.inlet.mentions
        assert (mention.title, mention.text) == ("Acme cae", "hola Acme")


async def test_youtubes_searches_last_the_day(clock: HurriedClock) -> None:
    """However often the comments are looked at; what is left is said."""
    async with Youtube() as network:
        source = network.source(clock, searches=10)
        first = await listen(source, clock, rounds=3)
        assert [path for path, _ in network.asked].count("/search") == 1
        assert source.budget().startswith("9 of 10 searches and ")
        await clock.advance(timedelta(hours=3))
        await listen(network.source(clock, searches=10), clock, first.inlet.cursor)
        assert [path for path, _ in network.asked].count("/search") == 2


async def test_youtube_finds_videos_and_follows_their_comments(clock: HurriedClock) -> None:
    """With their views and likes, which it writes as texts; one whose comments are closed is left."""

    class Found(Youtube):
        async def answer(self, request: web.Request) -> web.StreamResponse:
            if request.path == "/search":
                return web.json_response({"items": [{"id": {"videoId": "v1"}, "snippet": {}}]})
            if request.path == "/videos":
                said = {"publishedAt": "2026-03-02T08:00:00Z", "title": "AT&amp;T y Acme", "channelId": "UC1"}
                counts = {"viewCount": "90000", "likeCount": "12", "commentCount": "3"}
                return web.json_response({"items": [{"id": "v1", "snippet": said, "statistics": counts}]})
            if request.query.get("videoId") == "v1":
                return web.json_response({"error": {"errors": [{"reason": "commentsDisabled"}]}}, status=403)
            return await super().answer(request)

    async with Found() as network:
        listened = await listen(network.source(clock), clock, rounds=3)
        video = next(mention for mention in listened.inlet.mentions if mention.id == "v1")
        assert video.title == "AT&T y Acme"
        assert video.engagement is not None
        assert (video.engagement.views, video.engagement.likes, video.engagement.replies) == (90_000, 12, 3)
        assert [query.get("videoId") for path, query in network.asked if path == "/commentThreads"].count("v1") == 1
        assert listened.said.strip() == ""


async def test_a_quota_that_is_spent_is_waited_for(clock: HurriedClock) -> None:
    """Until midnight in California."""
    async with Youtube() as network:
        network.refuse(403, json.dumps({"error": {"errors": [{"reason": "quotaExceeded"}]}}))
        listened = await listen(network.source(clock), clock)
        assert listened.error is not None
        assert listened.error.retry_after == (next_period(START, zone=PACIFIC) - START).total_seconds()


async def test_a_key_that_google_does_not_know_is_said(clock: HurriedClock) -> None:
    """It answers 400, as to a question that makes no sense."""
    async with Youtube() as network:
        listened = await listen(network.source(clock, key="another"), clock)
        assert "make a new key" in listened.said
        assert "another" not in listened.said


async def test_telegram_tells_edits_and_how_long_to_wait(clock: HurriedClock) -> None:
    """In the body; two programs that read one bot exclude each other."""
    async with Telegram() as network:
        first = await listen(network.source(clock), clock, idle=network.idle)
        network.posts.append(Post("3", "nada", more={"as": "edited_channel_post"}))
        second = await listen(network.source(clock), clock, first.inlet.cursor, idle=network.idle)
        assert deletes(second.inlet) == {"-100123:3"}
        network.refuse(429, json.dumps({"ok": False, "parameters": {"retry_after": 35}}))
        limited = await listen(network.source(clock), clock)
        assert limited.error is not None
        assert limited.error.retry_after == 35
        network.refuse(409, "{}")
        assert "another program reads this bot" in (await listen(network.source(clock), clock)).said
        network.refuse(404, "{}")
        assert "make a new token" in (await listen(network.source(clock), clock)).said


async def test_gdelts_faults_come_as_sentences(clock: HurriedClock) -> None:
    """With a status of success."""
    async with Gdelt() as network:
        network.refuse(200, "Your query was too short or too long.\n")
        listened = await listen(network.source(clock), clock)
        assert "Your query was too short" in listened.said


async def test_gdelt_is_asked_by_language(clock: HurriedClock) -> None:
    """And in quotes, in one question."""
    async with Gdelt() as network:
        await listen(network.source(clock), clock)
        assert network.asked[0][1]["query"] == (
            '(Acme OR acme_es OR "Acme Air") -"Acme Records" (sourcelang:spanish OR sourcelang:english)'
        )


async def test_lemmy_tells_what_was_deleted(clock: HurriedClock) -> None:
    """By its author or by a moderator."""
    async with Lemmy() as network:
        network.posts[0] = Post("1", more={"deleted": True})
        listened = await listen(network.source(clock), clock)
        assert deletes(listened.inlet) == {network.id_of("1")}
        assert set(listened.inlet.ids) == {network.id_of("2")}


async def test_stack_exchange_says_what_is_left(clock: HurriedClock) -> None:
    """And answers 400 where others answer 429."""
    async with StackExchange() as network:
        source = network.source(clock)
        await listen(source, clock)
        assert source.budget() == "9000 of 10000 questions a day left"
        network.refuse(400, '{"error_name":"throttle_violation"}')
        limited = await listen(network.source(clock), clock)
        assert limited.error is not None
        assert limited.error.retry_after == 600


def test_a_month_and_a_day_begin_anew() -> None:
    """At midnight of their place, over a change of clocks too."""
    noon = datetime.fromisoformat("2026-03-07T20:00:00+00:00")
    assert next_period(noon, zone=PACIFIC).isoformat() == "2026-03-08T00:00:00-08:00"
    assert next_period(noon + timedelta(days=1), zone=PACIFIC).isoformat() == "2026-03-09T00:00:00-07:00"
    assert next_period(noon, monthly=True).isoformat() == "2026-04-01T00:00:00+00:00"
    assert Spent().units == 0


MANY = BrandTerms(brand="B", any=tuple(f"término {n}" for n in range(30)), none=("otra cosa",))


@pytest.mark.parametrize(
    "grammar",
    [
        Grammar(longest=120),
        Grammar(longest=120, most=3),
        Grammar(longest=120, always=" -is:retweet"),
        Grammar(either=None),
    ],
)
def test_questions_keep_to_the_limits_of_their_network(grammar: Grammar) -> None:
    """Every term is in one of them."""
    asked = questions([MANY, MANY], grammar)
    assert all(len(each) <= max(grammar.longest, 40) for each in asked)
    assert all(any(f'"{term}"' in each for each in asked) for term in MANY.any)
    assert len(set(asked)) == len(asked)


async def test_no_terms_is_a_complaint(clock: HurriedClock) -> None:
    """Not silence."""
    async with HackerNews() as network:
        source = network.source(clock)
        source.brands = lambda: ()
        listened = await listen(source, clock)
        assert "has nothing to ask" in listened.said


def test_an_everyday_word_is_asked_for_with_what_stands_beside_it() -> None:
    """In its languages; a network that knows no alternatives is asked for the word alone, and matched here."""
    brand = BrandTerms(brand="D", any=("Día", "#*dia*"), beside={"Día": ("tienda", "super")}, languages=("es", "pt"))
    spoken = Grammar(language="lang:{}")
    assert questions([brand], spoken) == (
        "dia (lang:es OR lang:pt)",
        "Día (tienda OR super) (lang:es OR lang:pt)",
    )
    assert questions([brand], Grammar(either=None, without=None)) == ("Día", "dia")
    named = Grammar(language="sourcelang:{}", languages={"es": "spanish"})
    assert questions([brand], named) == ("dia", "Día (tienda OR super)")


async def test_a_brand_is_looked_for_only_where_it_counts(clock: HurriedClock) -> None:
    """By the sources that it names."""
    async with HackerNews() as network:
        source = network.source(clock)
        source.brands = lambda: (
            BrandTerms(brand="A", any=("aaa",), sources=("elsewhere",)),
            BrandTerms(brand="B", any=("bbb",), sources=("ear",)),
        )
        assert source.asks() == ("bbb",)


def a_file(*urls: str, **changed: str) -> bytes:
    """As GDELT packs what it read: columns between tabs."""
    lines = []
    for url in urls:
        columns = [""] * 27
        columns[1], columns[3], columns[4], columns[14] = (
            "20260302084500",
            "news.example",
            url,
            "Acme Air,120;Otra SA,7",
        )
        columns[23], columns[25] = "Ana Ruiz,15;Acme Air,120", changed.get("translated", "srclc:spa;eng:GT-SPA 1.0")
        columns[26] = "<PAGE_TITLE>Acme &amp; sus tostadoras</PAGE_TITLE>"
        lines.append("\t".join(columns))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.gkg.csv", "\n".join([*lines, "acme\tof another shape", "nobody"]) + "\n")
    return packed.getvalue()


async def test_gdelts_files_are_read_in_turn(clock: HurriedClock) -> None:
    """One that is late is waited for, one that never comes is given up, and each is read once."""
    async with Gdelt() as network:
        network.posts = []
        network.files = {
            f"20260302{stamp}00{kind}.gkg.csv.zip": a_file(f"https://news.example/{stamp}{kind}")
            for stamp in ("0715", "0730", "0745", "0800", "0815", "0830", "0845")
            for kind in ("", ".translation")
        }
        files = {"files": True, "files_url": network.url}
        first = await listen(network.source(clock, **files), clock)
        assert len(first.inlet.ids) == 14
        mention = first.inlet.mentions[-1]
        assert (mention.title, mention.text, mention.lang) == (
            "Acme & sus tostadoras",
            "Acme Air, Otra SA, Ana Ruiz",
            "es",
        )
        assert mention.published_at == START - timedelta(minutes=15)
        assert first.inlet.refusals[0].startswith("1: GDELT's file 20260302071500: lines of another shape")
        network.files = {"20260302090000.gkg.csv.zip": b"rubbish"}
        network.asked.clear()
        second = await listen(network.source(clock, **files), clock, first.inlet.cursor)
        assert "is no archive that can be read" in second.said
        assert [path for path, _ in network.asked if path.endswith("zip")] == ["/20260302090000.gkg.csv.zip"]
        network.files = {}
        later = HurriedClock(START + timedelta(hours=2, minutes=20))
        third = await listen(network.source(later, **files), later, first.inlet.cursor)
        assert third.inlet.refusals == [
            f"1: GDELT's file 20260302090000{kind} never came" for kind in ("", ".translation")
        ] + [f"1: GDELT's file 20260302091500{kind} never came" for kind in ("", ".translation")]
