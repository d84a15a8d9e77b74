"""Address of a bot: ``SCHEME://TOKEN/CHAT``, as the notifiers of chats read their channels."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from sentinel.notify.gateway import WRONG_GATEWAY, is_gateway

TELEGRAM, SLACK, DISCORD = "telegrambot", "slackbot", "discordbot"
"""The schemes of chats with buttons that act."""
_TOKENS = {
    TELEGRAM: re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,80}"),
    SLACK: re.compile(r"xoxb-[A-Za-z0-9-]{10,200}"),
    DISCORD: re.compile(r"[A-Za-z0-9_.-]{30,120}"),
}
_CHATS = {
    TELEGRAM: re.compile(r"-?\d{1,20}"),
    SLACK: re.compile(r"[CDGU][A-Z0-9]{5,20}"),
    DISCORD: re.compile(r"\d{5,25}"),
}
_EXAMPLES = {
    TELEGRAM: "telegrambot://123456789:TOKEN/987654321",
    SLACK: "slackbot://xoxb-TOKEN/C01ABCD2E",
    DISCORD: "discordbot://TOKEN/123456789012345678",
}
_CLOUDS = {
    TELEGRAM: "https://api.telegram.org",
    SLACK: "https://slack.com",
    DISCORD: "https://discord.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAddress:
    """A channel's URL, read; ``token`` is a secret."""

    server: str
    token: str
    chat: str


def read_bot_address(url: str) -> BotAddress | str:
    """A URL read, or what is wrong with it.

    Examples
    --------
    >>> address = read_bot_address(f"slackbot://xoxb-{'1' * 20}/C01ABCD2E")
    >>> address.server, address.chat
    ('https://slack.com', 'C01ABCD2E')
    >>> read_bot_address("telegrambot://nobody/here")
    'telegrambot:// wants a bot token, / and the number of a chat, as in telegrambot://123456789:TOKEN/987654321'
    """
    scheme, _, rest = url.strip().partition("://")
    scheme = scheme.lower()
    example = _EXAMPLES[scheme]
    try:
        parts = urlsplit(f"//{rest}")
    except ValueError:
        return f"{scheme}:// cannot be read; write one such as {example}"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if odd := next((key for key in query if key != "gateway"), None):
        return f"{scheme}:// knows no {odd!r}; allowed is gateway"
    token, chat = unquote(parts.netloc), unquote(parts.path.strip("/"))
    if not _TOKENS[scheme].fullmatch(token) or not _CHATS[scheme].fullmatch(chat):
        return f"{scheme}:// wants a bot token, / and the number of a chat, as in {example}"
    server = query.get("gateway", _CLOUDS[scheme])
    if not is_gateway(server):
        return WRONG_GATEWAY
    return BotAddress(server=server.rstrip("/"), token=token, chat=chat)
