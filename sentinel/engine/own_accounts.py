"""What a brand's own accounts say: nobody's voice, but what is posted in answer to it is about the brand, and the first
of it in an incident is the first public reply.
"""

from collections import OrderedDict
from datetime import datetime

from sentinel.incidents.annotations import Reply, annotated
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident
from sentinel.matching.account import AccountSet
from sentinel.matching.brand import Brand
from sentinel.mention import Mention

REMEMBERED = 2_000
"""Own posts of a brand whose answers are known by them; on networks whose ids name their author no post is needed."""

LATEST = 20
"""Own posts among which the first reply is looked for at the next look at the brand."""
OwnWords = tuple[datetime, str, str | None]
"""When the brand spoke, as whom, and where it can be read."""


class OwnAccounts:
    """One brand's own accounts, and what they posted."""

    def __init__(self, brand: Brand) -> None:
        self._accounts = AccountSet(brand.own)
        self._posts: OrderedDict[str, None] = OrderedDict()
        self._said: list[OwnWords] = []

    def wrote(self, mention: Mention, at: datetime) -> bool:
        """Whether the brand itself speaks; remembers what, as of ``at``."""
        if not self._accounts or not self._accounts.wrote(mention):
            return False
        for reference in (mention.id, mention.url):
            if reference:
                self._posts[reference] = None
        while len(self._posts) > REMEMBERED:
            self._posts.popitem(last=False)
        author = mention.author
        self._said = [*self._said[1 - LATEST :], (at, (author and author.handle) or mention.source, mention.url)]
        return True

    def is_posted(self, mention: Mention) -> bool:
        """Whether somebody answers or quotes one of the brand's posts that are remembered."""
        posts = self._posts
        return bool(posts) and any(
            each in posts for each in (mention.parent_id, mention.root_id, *(mention.links or ())) if each
        )

    def replied(self, incident: Incident, now: datetime) -> Change | None:
        """The note on an incident's timeline that the brand answered in public; ``None``: there is none to make."""
        if not self._said or incident.drill or not incident.live:
            return None
        replies, self._said = [each for each in self._said if each[0] >= incident.opened_at], []
        if not replies or incident.reply is not None:
            return None
        _, who, link = replies[0]
        change = annotated(incident, Reply(incident=incident.id, by=f"@{who.lstrip('@')}", link=link), now)
        return change if isinstance(change, Change) else None

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {"posts": list(self._posts), "said": [list(each) for each in self._said]}

    def restore(self, plain: object) -> None:
        """Go back to what `snapshot` gave."""
        assert isinstance(plain, dict), "a snapshot is a mapping"
        self._posts = OrderedDict.fromkeys(plain["posts"])
        self._said = [(at, who, link) for at, who, link in plain["said"]]
