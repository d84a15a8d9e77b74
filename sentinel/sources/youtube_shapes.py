"""Shapes of YouTube's answers, as far as we read them. No I/O: `youtube.py` asks."""

import msgspec


class VideoId(msgspec.Struct, frozen=True):
    """What names a video."""

    video_id: str = msgspec.field(name="videoId", default="")


class SearchHit(msgspec.Struct, frozen=True):
    """A video that was found."""

    id: VideoId


class VideoText(msgspec.Struct, frozen=True, rename="camel"):
    """What a video says of itself."""

    published_at: str
    title: str
    channel_id: str = ""
    channel_title: str = ""
    description: str = ""
    default_audio_language: str | None = None
    default_language: str | None = None
    tags: list[str] | None = None


class VideoCounts(msgspec.Struct, frozen=True, rename="camel"):
    """What was done with a video; written as texts."""

    view_count: int | None = None
    like_count: int | None = None
    comment_count: int | None = None


class Video(msgspec.Struct, frozen=True):
    """A video."""

    id: str
    snippet: VideoText
    statistics: VideoCounts = VideoCounts()


class ChannelId(msgspec.Struct, frozen=True):
    """What names a channel."""

    value: str = ""


class CommentText(msgspec.Struct, frozen=True, rename="camel"):
    """What a comment says."""

    published_at: str
    updated_at: str | None = None
    text_original: str | None = None
    text_display: str | None = None
    author_display_name: str | None = None
    author_channel_id: ChannelId | None = None
    like_count: int | None = None
    parent_id: str | None = None


class VideoComment(msgspec.Struct, frozen=True):
    """A comment."""

    id: str
    snippet: CommentText


class ThreadText(msgspec.Struct, frozen=True, rename="camel"):
    """The comment that a thread begins with."""

    top_level_comment: VideoComment
    video_id: str | None = None
    total_reply_count: int | None = None


class ThreadReplies(msgspec.Struct, frozen=True):
    """Some of the answers in a thread."""

    comments: list[msgspec.Raw] = []


class CommentThread(msgspec.Struct, frozen=True):
    """A comment and answers to it."""

    snippet: ThreadText
    replies: ThreadReplies | None = None


class ApiPage(msgspec.Struct, frozen=True, rename="camel"):
    """One page of anything."""

    items: list[msgspec.Raw]
    next_page_token: str | None = None
