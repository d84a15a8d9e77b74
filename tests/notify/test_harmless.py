"""No stranger makes a line of a message: whatever a handle, a text, a source or a colleague's name holds."""

import json
import re
from dataclasses import replace

import msgspec
import pytest
from apprise import NotificationManager
from hypothesis import given
from hypothesis import strategies as st

from sentinel.harmless import cell, one_line, quotable
from sentinel.incidents.change import NoticeKind
from sentinel.mention import Author, Mention
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Message, Status
from sentinel.notify.ntfy import NtfyNotifier
from sentinel.notify.render import render
from sentinel.signals.evidence import Evidence
from tests.builders import a_mention
from tests.notify.receiver import Receiver, Request, serving
from tests.notify.test_render import an_incident, facts

FORGED = "Ana\nHacerse cargo: http://evil.example/a/1"
BREAKS = ("\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c")
UNSEEN = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
NASTY = st.text(
    st.sampled_from(
        (*"".join(BREAKS), *"\u202e\u200b\u2066\ufeff\x1b\x00@<>!:/.", "a", "é", "👩", "\u200d", "🚒", " ", "\u0301")
    ),
    max_size=40,
) | st.sampled_from((FORGED, "@everyone", "<!channel>", "<@U123>", "@12345", "https://evil.example/x", "evil.example"))


def a_page(words: str, kind: NoticeKind = NoticeKind.PAGE, language: str = "es") -> Message:
    """A page in which every place that somebody else fills holds these words."""
    mention: Mention = msgspec.structs.replace(
        a_mention("x"),
        text=words.replace("\x00", "") or "x",
        source=words.replace("\x00", "")[:60] or "x",
        title=words,
        author=Author(id="1", handle=words, name=words),
    )
    strange = Evidence(signal="volume", key="strange.words", facts=(("words", words),))
    incident = msgspec.structs.replace(
        an_incident(), samples=(mention,), unseen=(words,), evidence=(*an_incident().evidence, strange)
    )
    return render(facts(kind, language, incident=incident, by=words, following=(words,)))


@given(NASTY, st.sampled_from(list(NoticeKind)), st.sampled_from(("es", "en")))
def test_words_make_no_line_of_their_own(words: str, kind: NoticeKind, language: str) -> None:
    """The message has the lines that it has with harmless words, or fewer, and the only address is ours."""
    message = a_page(words, kind, language)
    for line in (message.title, *message.body.split("\n")):
        assert not UNSEEN.search(line)
        assert len(line.splitlines()) <= 1
    ours = [line for line in message.body.split("\n") if "http" in line]
    assert all("https://s.example/incidents/1" in line for line in ours)
    assert len(message.body.split("\n")) <= len(a_page("palabras de nadie", kind, language).body.split("\n"))


def test_a_handle_cannot_forge_the_link() -> None:
    """Its line break becomes a space, and its address leads nowhere."""
    body = a_page(FORGED).body
    assert sum("acerse cargo: " in line and line.startswith(("Hacerse", "Reconocer")) for line in body.split("\n")) <= 1
    assert "http://evil" not in body
    assert "evil.example" not in body
    assert "evil\u2024example" in body, "it is shown all the same"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a\u202eb\u200bc", "abc"),
        ("uno\u2028dos\x85tres\rcuatro", "uno dos tres cuatro"),
        ("👩\u200d🚒 y a\u200db", "👩\u200d🚒 y ab"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f x\U000e0067", "\U0001f3f4\U000e0067\U000e0062\U000e007f x"),
        ("a" + "\u0301" * 30, "a" + "\u0301" * 4),
        ("  dos  espacios ", "dos espacios"),
        ("\x1b[2Jborrado", "[2Jborrado"),
        ("ñandú", "ñandú"),
    ],
)
def test_one_line(words: str, said: str) -> None:
    """What is seen stays; what is not seen, or moves what is seen, goes."""
    assert one_line(words) == said
    assert one_line(said) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ved https://evil.example/x?y=1.2", "ved evil\u2024example/x?y=1\u20242"),
        ("http://10.0.0.1/x", "10\u20240\u20240\u20241/x"),
        ("www.evil.example", "www\u2024evil\u2024example"),
        ("javascript:alert(1) tel:900", "alert(1) 900"),
        ("a las 8.30, por 3.500 euros. Fatal", "a las 8.30, por 3.500 euros. Fatal"),
        ("@everyone @here @Channel @all", "\uff20everyone \uff20here \uff20Channel \uff20all"),
        ("<!channel> <@U1> <#C1> <3", "\u2039!channel> \u2039\uff20U1> \u2039#C1> <3".replace("\uff20U", "@U")),
        ("@123456 y @ana", "\uff20123456 y @ana"),
        ("a@hereford.example", "a@hereford\u2024example"),
    ],
)
def test_quotable(words: str, said: str) -> None:
    """Addresses are shown and lead nowhere; nobody is rung."""
    assert quotable(words) == said


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "＝1", "|cmd"])
def test_no_cell_is_computed(words: str) -> None:
    """What a spreadsheet would take for a formula begins with an apostrophe."""
    assert cell(words).startswith("'")


def a_receiver() -> Receiver:
    return Receiver(take=lambda request: {"ok": True, "status": 1, "id": "x", "request": "q", "result": {}})


def through(url: str, receiver: Receiver, message: Message) -> Request:
    assert AppriseNotifier().send(url, message, timeout=5.0).status is Status.ACCEPTED
    return receiver.asked[-1]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> object:
    """Services with addresses of their own, moved to this machine."""

    def move(scheme: str, name: str, address: str) -> None:
        monkeypatch.setattr(NotificationManager()[scheme], name, address)  # type: ignore[no-untyped-call]

    return move


@pytest.mark.parametrize("style", ["", "?format=markdown", "?format=markdown&image=no"])
def test_discord_rings_nobody(style: str, here, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """Whatever a text names, and though the channel writes Markdown; who is meant to be rung stands in the URL."""
    with serving(a_receiver()) as receiver:
        here("discord", "notify_url", f"http://127.0.0.1:{receiver.port}")
        page = a_page("@everyone <@123> @everyone")
        sent = json.loads(through(f"discord://123456/abcdef{style}", receiver, page).body)
        assert sent["allowed_mentions"] == {"parse": []}
        assert "@everyone" not in json.dumps(sent)
        assert "👉" not in json.dumps(sent, ensure_ascii=False)
        meant = json.loads(through("discord://123456/abcdef?ping=@here&format=markdown", receiver, page).body)
        assert "@here" in meant["content"]


def test_slack_and_mattermost_ring_nobody(here) -> None:  # type: ignore[no-untyped-def]
    """Their signs for everybody lose what makes them signs."""
    page = a_page("<!channel> <!here|x> @channel @all <@U1>")
    with serving(Receiver(take=lambda request: "ok")) as receiver:
        here("slack", "webhook_url", f"http://127.0.0.1:{receiver.port}")
        token = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
        AppriseNotifier().send(f"slack://{token}", page, timeout=5.0)
        AppriseNotifier().send(f"mmost://127.0.0.1:{receiver.port}/abcdefghijkl", page, timeout=5.0)
        assert len(receiver.asked) == 2
        for request in receiver.asked:
            sent = request.body.decode()
            assert not re.search(r"<[!@]|&lt;!(channel|here)|@(channel|all|everyone)\b", sent), sent


def test_own_channels_send_the_same_words() -> None:
    """What goes to ntfy and Pushover holds no line that is not ours."""
    page = replace(a_page(FORGED), link=None)
    with serving(a_receiver()) as receiver:
        NtfyNotifier().send(f"ntfy://127.0.0.1:{receiver.port}/topic", page, timeout=5.0)
        sent = receiver.asked[-1].body.decode()
        assert "http://evil" not in sent
