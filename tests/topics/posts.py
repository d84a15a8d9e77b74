"""Posts that people write, for tests of topics."""

from datetime import UTC, datetime, timedelta

from sentinel.mention import Author, Kind, Mention
from sentinel.sentiment.sentiment import Label
from sentinel.topics.said_post import SaidPost

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def post(
    number: int, text: str, *, by: str = "", lang: str = "es", label: Label = Label.NEGATIVE, **more: object
) -> SaidPost:
    """One, by somebody of their own unless it is said by whom."""
    kind = Kind(str(more.pop("kind", "post")))
    at = NOON + timedelta(minutes=number)
    mention = Mention(
        source="x", id=str(number), text=text, published_at=at, kind=kind, author=Author(id=by or f"u{number}")
    )
    return SaidPost(
        mention=mention,
        at=at,
        lang=lang,
        label=label,
        number=number,
        copy=bool(more.get("copy", False)),
        grave=bool(more.get("grave", False)),
    )


def posts(*texts: str, first: int = 1, lang: str = "es", label: Label = Label.NEGATIVE) -> list[SaidPost]:
    """One after another, each by somebody else."""
    return [post(number, text, lang=lang, label=label) for number, text in enumerate(texts, first)]
