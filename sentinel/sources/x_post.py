"""X's posts as mentions. No I/O: `x.py` brings them by stream or by asking.

Names of members are drifting (`tweet` becomes `post`, `retweet` becomes `repost`); both are read.
"""

from datetime import UTC, datetime

import msgspec

from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.instants import believed, read_stamp
from sentinel.sources.plain_text import storable, unescape

NO_LANGUAGE = ("und", "zxx", "qme", "qht", "qam", "qct", "qst", "art")


class PostCounts(msgspec.Struct, frozen=True):
    """What was done with a post, or by whom an account is followed."""

    like_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    retweet_count: int | None = None
    repost_count: int | None = None
    impression_count: int | None = None
    followers_count: int | None = None


class Referenced(msgspec.Struct, frozen=True):
    """A post that another answers, quotes or repeats."""

    type: str = ""
    id: str = ""


class LongText(msgspec.Struct, frozen=True):
    """The whole of a long post."""

    text: str = ""


class Hashtag(msgspec.Struct, frozen=True):
    """A hashtag."""

    tag: str = ""


class LinkedUrl(msgspec.Struct, frozen=True):
    """A link, shortened in the text."""

    url: str = ""
    expanded_url: str | None = None
    title: str | None = None


class Entities(msgspec.Struct, frozen=True):
    """What stands in a text."""

    hashtags: list[Hashtag] | None = None
    urls: list[LinkedUrl] | None = None


class XPost(msgspec.Struct, frozen=True):
    """A post."""

    id: str
    text: str
    author_id: str | None = None
    created_at: str | None = None
    lang: str | None = None
    conversation_id: str | None = None
    public_metrics: PostCounts | None = None
    referenced_tweets: list[Referenced] | None = None
    referenced_posts: list[Referenced] | None = None
    edit_history_tweet_ids: list[str] | None = None
    edit_history_post_ids: list[str] | None = None
    note_tweet: LongText | None = None
    note_post: LongText | None = None
    entities: Entities | None = None

    @property
    def history(self) -> list[str]:
        """Its ids, the first one first: each edit has another."""
        return self.edit_history_post_ids or self.edit_history_tweet_ids or [self.id]


class XUser(msgspec.Struct, frozen=True):
    """An account."""

    id: str
    username: str | None = None
    name: str | None = None
    public_metrics: PostCounts | None = None


class Includes(msgspec.Struct, frozen=True):
    """What goes with posts."""

    users: list[XUser] | None = None


def to_mention(source: str, post: XPost, users: list[XUser], now: datetime, fallback_lang: str | None) -> Mention:
    """Named by its first id, whatever it was edited into."""
    user = next((each for each in users if each.id == post.author_id), None)
    known = believed(read_stamp(post.created_at or ""), zone=UTC, now=now)
    long = post.note_post or post.note_tweet
    referenced = {each.type: each.id for each in post.referenced_posts or post.referenced_tweets or ()}
    counts, entities = post.public_metrics or PostCounts(), post.entities or Entities()
    urls = entities.urls or []
    cards = [each.title for each in urls if each.title]
    text = "\n".join([unescape(long.text if long and long.text else post.text), *cards])
    lang = (post.lang or "").split("-")[0].lower()
    name = user.username if user is not None else None
    return Mention(
        source=source,
        id=post.history[0],
        text=storable(text),
        published_at=known.at if known is not None else now,
        lang=lang if lang and lang not in NO_LANGUAGE else fallback_lang,
        kind=_kind(referenced),
        url=f"https://x.com/{name or 'i'}/status/{post.id}",
        author=Author(
            id=post.author_id,
            name=user.name if user is not None else None,
            handle=name,
            followers=user.public_metrics.followers_count if user is not None and user.public_metrics else None,
        ),
        engagement=Engagement(
            likes=counts.like_count or 0,
            shares=counts.repost_count or counts.retweet_count or 0,
            replies=counts.reply_count or 0,
            quotes=counts.quote_count or 0,
            views=counts.impression_count,
        ),
        parent_id=referenced.get("replied_to"),
        root_id=post.conversation_id if post.conversation_id != post.id else None,
        tags=tuple(each.tag for each in entities.hashtags or () if each.tag) or None,
        links=tuple(dict.fromkeys(each.expanded_url for each in urls if each.expanded_url)) or None,
    )


def _kind(referenced: dict[str, str]) -> Kind:
    if {"retweeted", "reposted"} & referenced.keys():
        return Kind.REPOST
    if "quoted" in referenced:
        return Kind.QUOTE
    return Kind.REPLY if "replied_to" in referenced else Kind.POST
