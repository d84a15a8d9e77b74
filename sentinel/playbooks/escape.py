"""Makes a stranger's words harmless: what people posted may be read in a playbook, never obeyed by it.

`render.py` passes every text, name and address that comes from a mention through here before a template sees it.
"""

import re
from urllib.parse import quote, urlsplit

from sentinel.harmless import one_line
from sentinel.playbooks.length import shorten

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#|~&$!@]")
_AUTOLINK = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.|:(?=[\w+-]+:)")
_LEADING = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")


def plain(text: str, limit: int) -> str:
    """One line of visible characters, at most ``limit`` graphemes.

    Examples
    --------
    >>> plain("uno\\n\\n## dos\\u202e\\x00", 80)
    'uno ## dos'
    """
    return shorten(" ".join(one_line(text).split()), limit)


def quoted(text: str, limit: int) -> str:
    """`plain`, with every character that means something to Markdown, HTML or Jinja escaped by a backslash.

    Examples
    --------
    >>> print(quoted("# **hola** <b>{{ 7*7 }}</b>", 80))
    \\# \\*\\*hola\\*\\* \\<b\\>\\{\\{ 7\\*7 \\}\\}\\</b\\>
    """
    escaped = _SPECIAL.sub(r"\\\g<0>", plain(text, limit))
    escaped = _AUTOLINK.sub(r"\\\g<0>", escaped)
    return _LEADING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", escaped)


def web_address(url: str | None) -> str | None:
    """The address if it is http or https and names a host, with whatever could end a Markdown link encoded; else
    ``None``.

    Examples
    --------
    >>> web_address("https://bsky.app/profile/ana/post/3k(x)"), web_address("javascript:alert(1)")
    ('https://bsky.app/profile/ana/post/3k%28x%29', None)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc):
        return None
    return quote(parts.geturl(), safe=":/?#@!$&+,;=%~-._")
