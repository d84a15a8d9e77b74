"""ntfy, at ntfy.sh or on a server of one's own: action buttons, a chart, and a repeat that replaces what it repeats.

Words go as JSON, which is UTF-8 throughout. ntfy's JSON can only name an attachment by its address, so a page with a
chart goes as a PUT of the picture with the words in headers, each encoded as RFC 2047 asks (ntfy decodes them; not in
the query, which access logs keep). A server that keeps no attachments refuses that, and gets the words alone at once.
"""

import base64
import re
from dataclasses import dataclass
from time import monotonic
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from sentinel.notify.base import (
    Button,
    Feature,
    Message,
    MessageKind,
    Notifier,
    SendOutcome,
    SendReason,
    Status,
    Urgency,
)
from sentinel.notify.request import Asked, ProviderResponse, ask, outcome_of, printable, within

CLOUD = "ntfy.sh"
BUTTONS = 3
"""As many as ntfy shows."""
FILE = "sentinel.png"
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_PRIORITIES = {"min": 1, "low": 2, "default": 3, "normal": 3, "high": 4, "max": 5, "urgent": 5, "emergency": 5}
_PRIORITIES |= {str(each): each for each in range(1, 6)}
_KEYS = ("priority", "tags", "xtags", "token")
_FINAL = (401, 403, 404)
"""Refusals that have nothing to do with the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NtfyAddress:
    """A channel's URL, read. ``authorization`` is the header's value, a secret."""

    server: str
    topic: str
    authorization: str | None
    priority: int | None
    tags: tuple[str, ...]


class NtfyNotifier(Notifier):
    """Publishes to one topic. URLs are those of Apprise: ``ntfys://topic``, ``ntfys://user:pass@host/topic``, ``ntfys://tk_…@host/topic``."""

    schemes = ("ntfy", "ntfys")
    example = "ntfy://tk_{secret}@{host}/topic"

    def complaint(self, url: str) -> str | None:
        read = read_address(url)
        return read if isinstance(read, str) else None

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.BUTTONS, Feature.CHART))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        address = read_address(url)
        if isinstance(address, str):
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=address)
        ends = monotonic() + within(timeout)
        if message.chart is not None:
            answer = ask(_picture(address, message, message.chart), timeout=ends - monotonic())
            if isinstance(answer, SendOutcome):
                return answer
            if 200 <= answer.status < 300 or answer.status in _FINAL:
                return outcome_of(answer)
        answer = ask(_words(address, message), timeout=ends - monotonic())
        return outcome_of(answer) if isinstance(answer, ProviderResponse) else answer


def read_address(url: str) -> NtfyAddress | str:
    """A URL read, or what is wrong with it.

    Examples
    --------
    >>> address = read_address("ntfys://Topic?priority=high")
    >>> address.server, address.topic, address.priority
    ('https://ntfy.sh', 'Topic', 4)
    >>> read_address("ntfy://host:8080/a?delay=1h")
    "ntfy:// knows no 'delay'; allowed are priority, tags, xtags, token"
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "this is no ntfy URL; write one such as ntfys://host/topic"
    scheme, query = parts.scheme.lower(), dict(parse_qsl(parts.query, keep_blank_values=True))
    if odd := next((key for key in query if key not in _KEYS), None):
        return f"{scheme}:// knows no {odd!r}; allowed are {', '.join(_KEYS)}"
    login, _, place = parts.netloc.rpartition("@")  # urlsplit would fold the case of a topic
    topics = [unquote(each) for each in parts.path.split("/") if each]
    secure = scheme == "ntfys" or not topics or (parts.hostname == CLOUD and port is None)
    if not topics and port is None:
        topics, place = [place], CLOUD
    if len(topics) != 1 or not _TOPIC.fullmatch(topics[0]) or not place:
        return f"{scheme}:// wants one topic of letters, digits, - and _, as in {scheme}://host/topic"
    priority = query.get("priority", "").lower()
    if priority and priority not in _PRIORITIES:
        return f"priority {priority!r} is none of {', '.join(sorted(_PRIORITIES))}"
    tags = tuple(tag.strip() for tag in (query.get("xtags") or query.get("tags") or "").split(",") if tag.strip())
    if not all(printable(each) for each in (*tags, query.get("token", ""))):
        return "tags and token must be ASCII, without spaces"
    return NtfyAddress(
        server=f"{'https' if secure else 'http'}://{place}",
        topic=topics[0],
        authorization=_authorization(login, query.get("token")),
        priority=_PRIORITIES.get(priority),
        tags=tags,
    )


def _authorization(login: str, token: str | None) -> str | None:
    user, colon, password = login.partition(":")
    user, password = unquote(user), unquote(password)
    if not token and not colon and user.lower().startswith("tk_"):
        token = user
    if token:
        return f"Bearer {token}"
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}" if user else None


def _words(address: NtfyAddress, message: Message) -> Asked:
    fields: dict[str, object] = {
        "topic": address.topic,
        "title": message.title,
        "message": message.body,
        "priority": _priority(address, message),
        "tags": _tags(address, message),
    }
    if message.link:
        fields["click"] = message.link
    if actions := _actions(message):
        fields["actions"] = actions
    if _TOPIC.fullmatch(message.key):
        fields["sequence_id"] = message.key
    return Asked(
        method="POST",
        url=f"{address.server}/",
        headers={"Content-Type": "application/json", **_login(address)},
        content=msgspec.json.encode(fields),
    )


def _picture(address: NtfyAddress, message: Message, chart: bytes) -> Asked:
    headers = {
        "Content-Type": "image/png",
        "X-Filename": FILE,
        "X-Title": _encoded(message.title),
        "X-Message": _encoded(message.body),
        "X-Priority": str(_priority(address, message)),
        "X-Tags": ",".join(_tags(address, message)),
        **_login(address),
    }
    if message.link:
        headers["X-Click"] = message.link if printable(message.link) else _encoded(message.link)
    if actions := _actions(message):
        headers["X-Actions"] = _encoded(msgspec.json.encode(actions).decode())
    if _TOPIC.fullmatch(message.key):
        headers["X-Sequence-ID"] = message.key
    return Asked(method="PUT", url=f"{address.server}/{address.topic}", headers=headers, content=chart)


def _priority(address: NtfyAddress, message: Message) -> int:
    """Written by hand it holds for pages; news never rings louder for it."""
    if message.kind not in (MessageKind.PAGE, MessageKind.TEST):
        return 3
    return address.priority or {Urgency.CRISIS: 5, Urgency.ALERT: 4, Urgency.QUIET: 3}[message.urgency]


def _tags(address: NtfyAddress, message: Message) -> tuple[str, ...]:
    """None of ours is one of ntfy's emoji: the title has its own, and these are to filter by."""
    return address.tags or (message.kind.value, message.urgency.value)


def _login(address: NtfyAddress) -> dict[str, str]:
    return {"Authorization": address.authorization} if address.authorization else {}


def _actions(message: Message) -> list[dict[str, object]]:
    return [_action(button) for button in message.buttons[:BUTTONS]]


def _action(button: Button) -> dict[str, object]:
    if button.acts:
        return {"action": "http", "label": button.label, "url": button.url, "method": "POST", "clear": True}
    return {"action": "view", "label": button.label, "url": button.url}


def _encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="
