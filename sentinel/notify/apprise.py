"""Sends through Apprise: one delivery, one URL, one call, and what it says of itself turned into an outcome."""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode
from apprise.attachment.memory import AttachMemory
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from apprise.result import AppriseResultStatus

from sentinel.notify.base import Feature, Message, MessageKind, Notifier, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.channels import scheme_of
from sentinel.notify.http_answers import heard_answers
from sentinel.notify.request import ProviderResponse, outcome_of, within

_TYPES = {Urgency.QUIET: NotifyType.INFO, Urgency.ALERT: NotifyType.WARNING, Urgency.CRISIS: NotifyType.FAILURE}
_LOUD: dict[str, dict[Urgency, dict[str, object]]] = {
    "ntfy": {Urgency.ALERT: {"priority": "high"}, Urgency.CRISIS: {"priority": "max"}},
    "pover": {
        Urgency.ALERT: {"priority": "high"},
        Urgency.CRISIS: {"priority": "emergency", "interval": 60, "expire": 3600},
    },
    "prowl": {Urgency.ALERT: {"priority": "high"}, Urgency.CRISIS: {"priority": "emergency"}},
    "gotify": {Urgency.ALERT: {"priority": "high"}, Urgency.CRISIS: {"priority": "emergency"}},
    "opsgenie": {
        Urgency.ALERT: {"priority": "p2"},
        Urgency.CRISIS: {"priority": "p1"},
    },  # Apprise's "emergency" is P5, the lowest
    "join": {Urgency.ALERT: {"priority": "high"}, Urgency.CRISIS: {"priority": "emergency"}},
}
"""What each service calls loud; a priority written into the URL by hand wins."""
_CLICKABLE = ("ntfy",)
_FILES = frozenset(
    (
        *(
            "mailto",
            "mailtos",
            "azure",
            "o365",
            "brevo",
            "mailersend",
            "mailgun",
            "postmark",
            "resend",
            "sendgrid",
            "sendpulse",
            "ses",
        ),
        *("smtp2go", "sparkpost", "tgram", "discord"),
        *("json", "jsons", "xml", "xmls", "form", "forms"),
    )
)
"""Where a file of any sort arrives. Of the others that Apprise gives attachments to many take pictures alone, and
Slack, Matrix and Mattermost behind a webhook leave a file out without a word: the text must not claim it there."""
_CODE = re.compile(r"\berror=(\d{3})\b")
_ADDRESS = re.compile(r"with url: .*?(?= \(Caused by|$)")
"""What is asked of a web address may hold the text of the message."""
_SOCKET = "Socket Exception:"
_MAIL = re.compile(r"\(([45]\d\d), b['\"]")
"""What a mail server said no with; from 500 on it will say so again."""
_NEVER_LEFT = re.compile(
    r"NewConnectionError|ConnectTimeout|Connection refused|Name or service "
    r"not known|NameResolution|getaddrinfo|No route|Network is unreachable|ProxyError|SSLError"
)
_MAIL_CANNOT = {
    "AUTH extension not supported": "the mail server takes no sign-in; leave user and password out of the URL",
    "No suitable authentication method": "the mail server and Sentinel know no common way to sign in",
    "STARTTLS extension not supported": "the mail server offers no STARTTLS; write ?mode=ssl, or mailto:// for none",
}
"""What a mail server lacks, by what is logged of it; asking again does not help."""
_MAIL_NEVER_LEFT = "Connection error while submitting email"
"""Logged when the connection or the sign-in failed: no message was begun."""
# What Apprise logs of a send is read here, at debug level, to tell a refused connection from a broken one. It holds
# addresses and payloads, so it goes nowhere else.
_logger = logging.getLogger("apprise")
_logger.setLevel(logging.DEBUG)
_logger.propagate = False
_logger.addHandler(logging.NullHandler())
# The HTTP library below names paths, which are tokens with many services.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class AppriseNotifier(Notifier):
    """Sends through Apprise, which knows a hundred services and more.

    An instance is made for each delivery (a kept one throttles for seconds between sends), without Apprise's own
    retries, time-outs or stored state: the outbox owns those. Blocking; called in a thread of the destination's pool.
    """

    schemes = ()
    example = "json://user:{secret}@{host}/path"

    def features(self, url: str) -> frozenset[Feature]:
        plugins = NotificationManager()  # type: ignore[no-untyped-call]
        scheme = scheme_of(url)
        if scheme not in plugins or not plugins[scheme].attachment_support:
            return frozenset()
        return frozenset((Feature.CHART, Feature.FILE) if scheme in _FILES else (Feature.CHART,))

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        outcome = self._send(url, message, timeout)
        if (
            message.chart or message.attachment
        ) and outcome.status is Status.FAILED:  # perhaps only the picture or file was refused
            return self._send(url, replace(message, chart=None, attachment=None), timeout)
        return outcome

    def _send(self, url: str, message: Message, timeout: float) -> SendOutcome:
        plugin = self._plugin(url, message, timeout)
        if plugin is None:
            return SendOutcome(
                status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=f"{scheme_of(url)}://… is no Apprise URL"
            )
        caller = Apprise(asset=plugin.asset)
        caller.add(plugin)
        with heard_answers(within(timeout)) as heard:
            result = caller.notify(
                body=_text(message),
                title=message.title,
                notify_type=_TYPES[message.urgency],
                body_format=NotifyFormat.TEXT,
                attach=_beside(message),
                log_level=logging.DEBUG,
            )
        redirect = next((each for each in heard.answers if 300 <= each.status < 400), None)
        if redirect is not None:  # some services' plugins take one for an answer
            return outcome_of(redirect)
        if result.status == AppriseResultStatus.SUCCESS:
            return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
        if result.status == AppriseResultStatus.TIMEOUT:
            return SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT)
        entries = [
            (str(entry.level), str(entry.message)) for each in result for attempt in each.attempts for entry in attempt
        ]
        said = classify(" ".join(telling(entries)))
        if heard.answers and heard.answers[-1].status >= 300:
            return outcome_of(heard.answers[-1])
        if said.status is Status.UNKNOWN and heard.line.tried and not heard.line.stood:
            return SendOutcome(status=Status.RETRY, reason=SendReason.UNREACHABLE, detail="no connection")
        return said

    def _plugin(self, url: str, message: Message, timeout: float) -> Any:
        asset = AppriseAsset(
            app_id="Sentinel",
            app_desc="Sentinel",
            app_url="",
            service_timeout=0,
            secure_logging=True,
            async_mode=False,
            storage_mode=PersistentStoreMode.MEMORY,
            http_redirects=False,
        )
        parsed = url_to_dict(url)  # type: ignore[no-untyped-call]  # apprise types only a part of itself
        if not parsed:
            return None
        scheme = str(parsed["schema"])
        service = scheme.removesuffix("s") if scheme in ("ntfys", "gotifys") else scheme
        if message.kind is MessageKind.PAGE:
            for key, value in _LOUD.get(service, {}).get(message.urgency, {}).items():
                parsed.setdefault(key, value)
        if message.link and service in _CLICKABLE and "%" not in message.link:  # it would quote the % once more
            parsed["click"] = message.link
        parsed["retry"], parsed["optional"] = (
            0,
            False,
        )  # the outbox retries; a failed send must never look like an accepted one
        parsed["redirect"] = "no"
        # To a mail server the connecting time is that of every answer, and many greet slowly on purpose.
        connect = max(1.0, timeout - 1.0) if service in ("mailto", "mailtos") else min(5.0, timeout)
        parsed["rto"], parsed["cto"] = max(1.0, timeout - 1.0), connect
        plugin = Apprise.instantiate(parsed, asset=asset, suppress_exceptions=True)
        if service == "discord" and plugin is not None and not parsed.get("ping"):
            _mention_nobody(plugin)
        return plugin


def _mention_nobody(plugin: Any) -> None:
    """Discord rings whoever a text names, a stranger's text too, unless it is told to take no name; and its plugin
    repeats every ``@name`` of an embedded text above it.
    """
    send = plugin._send

    def silent(payload: dict[str, Any], *args: Any, **options: Any) -> Any:
        named = ("allow_mentions", "content") if payload.get("embeds") else ("allow_mentions",)
        kept = {key: value for key, value in payload.items() if key not in named}
        return send({**kept, "allowed_mentions": {"parse": []}}, *args, **options)

    plugin._send = silent


def _text(message: Message) -> str:
    """The body, what it says of a file that goes along, and the link."""
    said = message.attachment.said if message.attachment is not None else ""
    link = message.link if message.link and message.link not in message.body else ""
    return "\n".join(part for part in (message.body, said, link) if part)


def _beside(message: Message) -> Any:
    """Picture and file, as Apprise wants them; ``None`` for words alone."""
    beside = [("sentinel.png", "image/png", message.chart)] if message.chart is not None else []
    if (file := message.attachment) is not None:
        beside.append((file.name, file.type, file.body))
    return [AttachMemory(content=body, name=name, mimetype=type_) for name, type_, body in beside] or None  # type: ignore[no-untyped-call]


def telling(entries: Iterable[tuple[str, str]]) -> list[str]:
    """Of what a plugin logged, as (level, line), the lines about the send itself.

    The others repeat the message, and so whatever strangers write: a mention that says "error=404" must not decide a
    page's fate.

    Examples
    --------
    >>> telling([("DEBUG", "JSON Payload: error=404"), ("WARNING", "Failed, error=503.")])
    ['Failed, error=503.']
    >>> telling([("DEBUG", "Socket Exception: Read timed out")])
    ['Socket Exception: Read timed out']
    """
    return [
        _ADDRESS.sub("", line)
        for level, line in entries
        if level in ("WARNING", "ERROR", "CRITICAL") or line.startswith(_SOCKET)
    ]


def classify(said: str) -> SendOutcome:
    """What a failed send means, from what the service's plugin logged.

    A code of 429, or from 500 on, may pass; another code will not. Without a code the connection failed: before
    anything left, it is tried again; otherwise nobody knows whether the provider has it. A mail server's own code is
    the other way round: 4 may pass, 5 will not.

    Examples
    --------
    >>> [classify(said).status.value for said in ("error=429", "error=503", "error=404")]
    ['retry', 'retry', 'failed']
    >>> classify("Socket Exception: NewConnectionError(refused)").reason.value
    'unreachable'
    >>> classify("Connection error, Read timed out").status.value
    'unknown'
    >>> classify("Socket Exception: STARTTLS extension not supported by server.").reason.value
    'refused'
    """
    if (code := _CODE.search(said)) and (number := int(code.group(1))) >= 300:
        return outcome_of(ProviderResponse(status=number))
    if lacks := next((why for logged, why in _MAIL_CANNOT.items() if logged in said), None):
        return SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED, detail=lacks)
    mail = _MAIL.search(said)
    if mail is not None:
        temporary = mail.group(1).startswith("4")
        status, reason = (Status.RETRY, SendReason.SERVER_ERROR) if temporary else (Status.FAILED, SendReason.REFUSED)
        return SendOutcome(status=status, reason=reason, detail=mail.group(1))
    if _NEVER_LEFT.search(said) or _MAIL_NEVER_LEFT in said:
        return SendOutcome(status=Status.RETRY, reason=SendReason.UNREACHABLE, detail="no connection")
    if re.search(r"[Cc]onnection|[Ss]ocket|timed? ?out", said):
        return SendOutcome(
            status=Status.UNKNOWN, reason=SendReason.TIMEOUT, detail="the connection broke before an answer came"
        )
    return SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED, detail="the service refused it")
