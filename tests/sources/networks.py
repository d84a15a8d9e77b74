"""The networks' servers, one class each, in their recorded shapes."""

import asyncio
import json
from datetime import datetime

from aiohttp import web

from tests.sources.far_side import Network, Post


def zulu(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


class HackerNews(Network):
    """Algolia's search and Hacker News' own list of changes."""

    kind = "hackernews"
    secret = False
    many = 2_500
    deleted: tuple[int, ...] = ()

    def settings(self) -> dict[str, object]:
        return {"search_url": self.url, "items_url": self.url}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/updates.json":
            return web.json_response({"items": [*self.deleted, 8], "profiles": ["thefox"]})
        if request.path.startswith("/item/"):
            id = int(request.path.removeprefix("/item/").removesuffix(".json"))
            return web.json_response({"id": id, "deleted": True} if id in self.deleted else None)
        low, high = 0, 2**40
        for bound in request.query["numericFilters"].split(","):
            low = int(bound.partition(">")[2]) if ">" in bound else low
            high = int(bound.partition("<")[2]) if "<" in bound else high
        hits = [self._hit(post) for post in self.posts if low < post.at.timestamp() < high]
        return web.json_response({"hits": [*hits[: int(request.query["hitsPerPage"])], *[self.odd] * self.odds]})

    def _hit(self, post: Post) -> dict[str, object]:
        return {
            "objectID": post.id,
            "created_at_i": int(post.at.timestamp()),
            "author": "pg",
            "title": None,
            "url": None,
            "comment_text": post.text + "<p>Third time.",
            "story_text": None,
            "points": None,
            "num_comments": None,
            "story_id": 41230000,
            "story_title": "Acme is down",
            "parent_id": 41230500,
            "children": [],
            "_tags": ["comment", "author_pg", "story_41230000"],
        }


class Mastodon(Network):
    """An instance's timelines and its stream."""

    kind = "mastodon"
    many = 1_000
    streaming = False

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[object] = []
        self.subscribed: list[object] = []

    def settings(self) -> dict[str, object]:
        return {"instance": self.url, "token": "s3cret", "streaming": self.streaming, "tags": ("ayuda",)}

    def id_of(self, post: str) -> str:
        return f"https://mastodon.example/users/ana/statuses/{post}"

    def status(self, post: Post) -> dict[str, object]:
        return {
            "id": str(100_000 + int(post.id)),
            "created_at": zulu(post.at),
            "edited_at": None,
            "in_reply_to_id": None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": "es",
            "uri": self.id_of(post.id),
            "url": f"https://mastodon.example/@ana/{post.id}",
            "replies_count": 3,
            "reblogs_count": 41,
            "favourites_count": 77,
            "content": f"<p>{post.text}<br>Nadie</p>",
            "reblog": None,
            "account": {
                "id": "1081104",
                "username": "ana",
                "acct": "ana@mastodon.example",
                "display_name": "Ana",
                "note": "",
                "followers_count": 4821,
            },
            "media_attachments": [{"type": "image", "description": "una foto"}, {"description": None}],
            "mentions": [],
            "tags": [{"name": "acme"}],
            "card": None,
            "poll": None,
        } | post.more

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer s3cret":
            return web.json_response({"error": "The access token is invalid"}, status=401)
        if request.path == "/api/v1/streaming":
            return await self._stream(request)
        if request.path == "/api/v2/instance":
            return web.json_response({"domain": "mastodon.example", "configuration": {"urls": {}}})
        known = sorted((self.status(post) for post in self.posts), key=lambda each: int(str(each["id"])))
        if request.path.endswith("/tag/ayuda"):
            known = []
        limit, after = int(request.query["limit"]), request.query.get("min_id")
        page = [each for each in known if int(str(each["id"])) > int(after)][:limit] if after else known[-limit:]
        return web.json_response([*reversed(page), *[self.odd] * self.odds])

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for _ in range(4):
            self.subscribed.append(await socket.receive_json())
        for frame in self.frames:
            await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
        while (await socket.receive()).type.name == "TEXT":
            pass
        return socket


class Reddit(Network):
    """Sign-in, listings, and what became of named items."""

    kind = "reddit"
    many = 900
    odd: object = {"kind": "t3", "data": {"nonsense": 1}}

    def settings(self) -> dict[str, object]:
        return {
            "api_url": self.url,
            "site_url": self.url,
            "client_id": "id",
            "client_secret": "s3cret",
            "account": "/u/acme",
            "subreddits": ("r/acme", "telecom"),
        }

    def id_of(self, post: str) -> str:
        return f"t1_{post}"

    def thing(self, post: Post) -> dict[str, object]:
        return {
            "kind": "t1",
            "data": {
                "id": post.id,
                "name": f"t1_{post.id}",
                "parent_id": "t1_k3u4rtt",
                "link_id": "t3_agi5zf",
                "subreddit": "acme",
                "author": "someone",
                "author_fullname": "t2_puq6r71y",
                "body": post.text,
                "score": -1,
                "edited": False,
                "created_utc": post.at.timestamp(),
                "link_title": "Outage",
                "permalink": f"/r/acme/comments/agi5zf/o/{post.id}/",
            }
            | post.more,
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/api/v1/access_token":
            return web.json_response({"access_token": "t0ken", "token_type": "bearer", "expires_in": 86400})
        if request.headers.get("Authorization") != "Bearer t0ken":
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        things = [self.thing(post) for post in self.posts]
        if request.path == "/api/info":
            wanted = request.query["id"].split(",")
            return self._listing([each for each in things if each["data"]["name"] in wanted], None)  # type: ignore[index]
        if not request.path.endswith("/comments"):
            return self._listing([], None)
        start = int(request.query.get("after") or 0)
        end = start + int(request.query["limit"])
        return self._listing([*things[start:end], *[self.odd] * self.odds], str(end) if end < len(things) else None)

    def _listing(self, things: list[object], after: str | None) -> web.Response:
        body = {"kind": "Listing", "data": {"after": after, "before": None, "dist": len(things), "children": things}}
        headers = {"x-ratelimit-remaining": "598.0", "x-ratelimit-reset": "523"}
        return web.json_response(body, headers=headers)


class Telegram(Network):
    """Updates of a bot."""

    kind = "telegram"

    def settings(self) -> dict[str, object]:
        return {"api_url": self.url, "token": "1:s3cret"}

    def id_of(self, post: str) -> str:
        return f"-100123:{post}"

    def update(self, post: Post) -> dict[str, object]:
        chat = {"id": -100123, "title": "News", "username": "acmenews", "type": "channel"}
        message = {"message_id": int(post.id), "date": int(post.at.timestamp()), "chat": chat, "text": post.text}
        return {"update_id": 10_000 + int(post.id), str(post.more.get("as", "channel_post")): message}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        offset = int(request.query["offset"])
        updates = [self.update(post) for post in self.posts if 10_000 + int(post.id) >= offset]
        if not updates:
            self.idle.set()
            await asyncio.Event().wait()
        return web.json_response({"ok": True, "result": [*updates, *[self.odd] * self.odds]})


class Youtube(Network):
    """Searches, videos and threads of comments."""

    kind = "youtube"
    many = 450

    def settings(self) -> dict[str, object]:
        return {"api_url": self.url, "key": "s3cret", "videos": ("XYAe15w39LQ",)}

    def thread(self, post: Post) -> dict[str, object]:
        said = {
            "channelId": "UCxxx",
            "videoId": "XYAe15w39LQ",
            "textDisplay": post.text,
            "textOriginal": post.text,
            "authorDisplayName": "@ana",
            "authorChannelId": {"value": "UCyyy"},
            "likeCount": 42,
            "publishedAt": zulu(post.at),
            "updatedAt": zulu(post.at),
        }
        top = {"kind": "youtube#comment", "id": post.id, "snippet": said}
        return {"id": post.id, "snippet": {"videoId": "XYAe15w39LQ", "topLevelComment": top, "totalReplyCount": 0}}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("key") != "s3cret":
            return web.json_response({"error": {"code": 400, "message": "API key not valid"}}, status=400)
        if request.path == "/search":
            return web.json_response({"items": []})
        start = int(request.query.get("pageToken") or 0)
        page = [self.thread(post) for post in self.posts[start : start + 100]]
        more = {"nextPageToken": str(start + 100)} if start + 100 < len(self.posts) else {}
        return web.json_response({"items": [*page, *[self.odd] * self.odds], **more})


class AppStore(Network):
    """A country's reviews of an app."""

    kind = "appstore"
    secret = False
    many = 450

    def settings(self) -> dict[str, object]:
        return {"url": self.url, "apps": ("id284882215",), "countries": ("es",)}

    def entry(self, post: Post) -> dict[str, object]:
        return {
            "author": {"uri": {"label": "https://itunes.apple.com/es/reviews/id1"}, "name": {"label": "Ana"}},
            "updated": {"label": post.at.isoformat()},
            "im:rating": {"label": "1"},
            "im:version": {"label": "1.0"},
            "id": {"label": post.id},
            "title": {"label": "Fatal"},
            "content": {"label": post.text},
            "im:voteSum": {"label": "3"},
            "im:voteCount": {"label": "4"},
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert "/es/rss/customerreviews/page=" in request.path
        page = int(request.path.partition("page=")[2].partition("/")[0]) - 1
        entries = [self.entry(post) for post in self.posts[page * 50 : page * 50 + 50]]
        return web.json_response({"feed": {"entry": [*entries, *[self.odd] * self.odds]}})


class GooglePlay(Network):
    """Sign-in and the reviews of an app."""

    kind = "googleplay"
    many = 1_500

    def settings(self) -> dict[str, object]:
        return {
            "api_url": self.url,
            "token_url": f"{self.url}/token",
            "packages": ("com.acme.app",),
            "client_id": "1",
            "client_secret": "s3cret",
            "refresh_token": "s3cret",
        }

    def review(self, post: Post) -> dict[str, object]:
        said = {
            "text": f"Fatal\t{post.text}",
            "lastModified": {"seconds": str(int(post.at.timestamp())), "nanos": 0},
            "starRating": 1,
            "reviewerLanguage": "es_419",
            "thumbsUpCount": 2,
            "appVersionName": "1.0",
        }
        return {"reviewId": post.id, "authorName": "Ana", "comments": [{"userComment": said}]}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            return web.json_response({"access_token": "t0ken", "expires_in": 3599, "token_type": "Bearer"})
        if request.headers.get("Authorization") != "Bearer t0ken":
            return web.json_response({"error": {"code": 401}}, status=401)
        start = int(request.query.get("token") or 0)
        page = [self.review(post) for post in self.posts[start : start + 100]]
        more = {"tokenPagination": {"nextPageToken": str(start + 100)}} if start + 100 < len(self.posts) else {}
        return web.json_response({"reviews": [*page, *[self.odd] * self.odds], **more})


class Gdelt(Network):
    """The search of articles."""

    kind = "gdelt"
    secret = False
    many = 1_500

    def settings(self) -> dict[str, object]:
        return {"url": self.url, "languages": ("spanish", "english")}

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    def id_of(self, post: str) -> str:
        return f"https://news.example/{post}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith(".zip"):
            packed = self.files.get(request.path.lstrip("/"))
            return web.Response(body=packed) if packed is not None else web.Response(status=404)
        since, until = request.query["startdatetime"], request.query["enddatetime"]
        seen = [(f"{post.at:%Y%m%d%H%M%S}", post) for post in self.posts]
        found = [self._article(post, at) for at, post in seen if since <= at <= until]
        if not found and not self.odds:
            return web.json_response({})
        body = {"articles": [*found[: int(request.query["maxrecords"])], *[self.odd] * self.odds]}
        return web.Response(text=json.dumps(body).replace("hola", "\x01hola"), content_type="application/json")

    def _article(self, post: Post, at: str) -> dict[str, object]:
        return {
            "url": f"https://news.example/{post.id}?utm_source=x",
            "url_mobile": "",
            "title": f"{post.text} - El Diario",
            "seendate": f"{at[:8]}T{at[8:]}Z",
            "socialimage": "",
            "domain": "news.example",
            "language": "Spanish",
            "sourcecountry": "Spain",
        }


class Discourse(Network):
    """A forum's newest posts."""

    kind = "discourse"
    many = 1_000

    def settings(self) -> dict[str, object]:
        return {"forum": self.url, "key": "s3cret"}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        before = int(request.query.get("before") or 10**9)
        known = sorted((post for post in self.posts if int(post.id) <= before), key=lambda post: -int(post.id))
        posts = [self._post(post) for post in known[:50]]
        return web.json_response({"latest_posts": [*posts, *[self.odd] * self.odds]})

    def _post(self, post: Post) -> dict[str, object]:
        return {
            "id": int(post.id),
            "name": "Ana",
            "username": "ana",
            "created_at": zulu(post.at),
            "post_number": 2,
            "cooked": f"<p>{post.text}</p>",
            "reply_count": 1,
            "reads": 8,
            "score": 1.6,
            "topic_id": 77,
            "topic_slug": "no-funciona",
            "topic_title": "No funciona",
            "hidden": False,
            "updated_at": zulu(post.at),
        }


class Lemmy(Network):
    """An instance's lists of posts and comments."""

    kind = "lemmy"
    many = 1_000

    def settings(self) -> dict[str, object]:
        return {"instance": self.url, "token": "s3cret"}

    def id_of(self, post: str) -> str:
        return f"https://lemmy.example/post/{post}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/comment/list"):
            return web.json_response({"comments": []})
        size, page = int(request.query["limit"]), int(request.query["page"])
        known = sorted(self.posts, key=lambda post: -int(post.id))[(page - 1) * size : page * size]
        return web.json_response({"posts": [*(self._view(post) for post in known), *[self.odd] * self.odds]})

    def _view(self, post: Post) -> dict[str, object]:
        said = {
            "id": int(post.id),
            "name": "Titulo",
            "body": post.text,
            "published": zulu(post.at),
            "deleted": False,
            "removed": False,
            "ap_id": self.id_of(post.id),
            "url": None,
            "creator_id": 3,
        } | post.more
        person = {"id": 3, "name": "ana", "actor_id": "https://lemmy.example/u/ana"}
        return {
            "post": said,
            "creator": person,
            "community": {"name": "telecom"},
            "counts": {"score": -2, "comments": 1},
        }


class StackExchange(Network):
    """Searches by site."""

    kind = "stackexchange"
    many = 300

    def settings(self) -> dict[str, object]:
        return {"url": self.url, "key": "s3cret", "sites": ("es.stackoverflow",)}

    def id_of(self, post: str) -> str:
        return f"es.stackoverflow/q/{post}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        since, page = int(request.query["fromdate"]), int(request.query["page"])
        known = [post for post in self.posts if post.at.timestamp() >= since]
        items = [self._item(post) for post in known[(page - 1) * 100 : page * 100]]
        more = len(known) > page * 100
        return web.json_response(
            {"items": [*items, *[self.odd] * self.odds], "has_more": more, "quota_remaining": 9_000}
        )

    def _item(self, post: Post) -> dict[str, object]:
        return {
            "item_type": "question",
            "creation_date": int(post.at.timestamp()),
            "question_id": int(post.id),
            "score": -1,
            "title": "No funciona",
            "body": f"{post.text} <span class='highlight'>x</span>",
            "tags": ["android"],
            "owner": {"user_id": 7, "display_name": "Ana"},
            "answer_count": 0,
        }
