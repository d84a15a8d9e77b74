"""A source, or one part of it such as one feed of many, that cannot be heard: how it is called wherever it is told."""


def called(source: str, part: str = "") -> str:
    """The name of a part of a source; without a part, of the source.

    Examples
    --------
    >>> called("press", "news.example/rss"), called("press")
    ('press: news.example/rss', 'press')
    """
    return f"{source}: {part}" if part else source


def part_of(source: str, name: str) -> str | None:
    """The part of this source that the name calls, empty for all of it; ``None`` when it calls another's.

    Examples
    --------
    >>> part_of("press", "press: news.example/rss"), part_of("press", "press"), part_of("press", "sky")
    ('news.example/rss', '', None)
    """
    if name == source:
        return ""
    return name.removeprefix(f"{source}: ") if name.startswith(f"{source}: ") else None
