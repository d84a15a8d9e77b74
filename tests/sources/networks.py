"""The networks' servers, one class each, in their recorded shapes."""

from aiohttp import web

from tests.sources.far_side import Network, Post


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
            "objectID": post.id, "created_at_i": int(post.at.timestamp()), "author": "pg", "title": None, "url": None,
            "comment_text": post.text + "<p>Third time.", "story_text": None, "points": None, "num_comments": None,
            "story_id": 41230000, "story_title": "Acme is down", "parent_id": 41230500, "children": [],
            "_tags": ["comment", "author_pg", "story_41230000"],
        }  # fmt: skip
