"""Presses in Slack, Discord and Telegram: signed by the chat, by somebody who is known here, about an incident as it
stood; whatever else comes changes nothing.
"""

import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.links import ChatPress
from sentinel.store.audit import AuditOutcome
from sentinel.web.chats import slack
from tests.notify.chat_servers import ChatServer, telegram_url
from tests.notify.receiver import Receiver, serving
from tests.web.stand import Answer, Client, Stand, a_config, a_crisis

SIGNING, SECRET = "8f742231b10e8888abcd99yyyzzz85a5", "telegram-secret-0123456789"
DISCORD = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = DISCORD.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
CHATS = {
    "slack": {"signing_secret": SIGNING},
    "discord": {"public_key": PUBLIC},
    "telegram": {"secret": SECRET},
}
IDS = {"slack": "U061F7AUR", "discord": "53908232506183680", "telegram": "987654321"}


def a_chatty_config(port: int = 1, **chats: Any) -> Config:
    raw = a_config().model_dump(mode="python")
    raw["contacts"]["ana"]["channels"] = [telegram_url(port)]
    raw["contacts"]["ana"]["chat_ids"] = IDS
    raw["contacts"]["ana"]["language"] = "en"
    return Config.model_validate(
        {
            "language": "es",
            "timezone": "Europe/Madrid",
            "brands": [{"name": "Acme"}],
            "contacts": {
                key: {
                    k: raw["contacts"][key][k]
                    for k in raw["contacts"][key]
                    if k in ("name", "channels", "chat_ids", "language")
                }
                for key in raw["contacts"]
            },
            "chats": chats or CHATS,
        }
    )


def a_chatty_stand(port: int = 1) -> tuple[Stand, Incident]:
    stand = Stand(config=a_chatty_config(port))
    return stand, a_crisis(stand)


def the_press(stand: Stand, incident: Incident, *, lasts: int = 60, epoch: int | None = None) -> str:
    ends = stand.clock.now() + timedelta(minutes=lasts)
    press = ChatPress(incident=incident.id, epoch=incident.epoch if epoch is None else epoch, expires_at=ends)
    return stand.links.mint_press(press)


def slack_payload(value: str, user: str = IDS["slack"], url: str = "https://hooks.slack.com/actions/T/1/x") -> bytes:
    """As Slack posts it: a form with one field."""
    told = {
        "type": "block_actions",
        "user": {"id": user, "username": "ana", "name": "ana", "team_id": "T0CAG"},
        "api_app_id": "A0CA5",
        "trigger_id": "12466734323.1395872398",
        "container": {"type": "message", "message_ts": "1548261231.000200", "channel_id": "CBR2V3XEX"},
        "channel": {"id": "CBR2V3XEX", "name": "guardia"},
        "message": {
            "type": "message",
            "text": "🔴 Acme 82",
            "blocks": [
                {"type": "section", "block_id": "a", "text": {"type": "mrkdwn", "text": "*🔴 Acme 82*"}},
                {
                    "type": "actions",
                    "block_id": "b",
                    "elements": [
                        {"type": "button", "action_id": "sentinel_take", "value": value},
                        {"type": "button", "action_id": "sentinel_open_1", "url": "https://sentinel.example/a/x"},
                    ],
                },
            ],
        },
        "response_url": url,
        "actions": [
            {"action_id": "sentinel_take", "block_id": "b", "type": "button", "value": value, "action_ts": "1.2"}
        ],
    }
    return urlencode({"payload": json.dumps(told)}).encode()


def slack_headers(stand: Stand, body: bytes, *, secret: str = SIGNING, late: int = 0) -> dict[str, str]:
    stamp = str(int(stand.clock.now().timestamp()) - late)
    signature = hmac.digest(secret.encode(), f"v0:{stamp}:".encode() + body, "sha256").hex()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def discord_payload(value: str, user: str = IDS["discord"], *, direct: bool = False) -> bytes:
    who = {"id": user, "username": "ana", "discriminator": "0"}
    told: dict[str, Any] = {
        "version": 1,
        "type": 3,
        "token": "unique_interaction_token",
        "message": {
            "id": "1",
            "content": "🔴 Acme 82",
            "components": [
                {
                    "type": 1,
                    "components": [
                        {"type": 2, "style": 1, "custom_id": value, "label": "I have it"},
                        {"type": 2, "style": 5, "url": "https://sentinel.example/a/x", "label": "Open"},
                    ],
                }
            ],
        },
        "id": "846462639134605312",
        "data": {"custom_id": value, "component_type": 2},
        "channel_id": "345626669114982999",
        "application_id": "290926444748734465",
        "locale": "en-GB",
    }
    told |= {"user": who} if direct else {"member": {"user": who, "roles": []}, "guild_id": "2"}
    return json.dumps(told).encode()


def discord_headers(stand: Stand, body: bytes, *, key: Ed25519PrivateKey = DISCORD, late: int = 0) -> dict[str, str]:
    stamp = str(int(stand.clock.now().timestamp()) - late)
    return {
        "X-Signature-Timestamp": stamp,
        "X-Signature-Ed25519": key.sign(stamp.encode() + body).hex(),
        "Content-Type": "application/json",
    }


def telegram_payload(value: str, user: int = int(IDS["telegram"])) -> bytes:
    return json.dumps(
        {
            "update_id": 10000,
            "callback_query": {
                "id": "4382bfdwdsb323b2d9",
                "from": {"id": user, "is_bot": False, "first_name": "Ana", "language_code": "en"},
                "message": {
                    "message_id": 1365,
                    "chat": {"id": -1001234567890, "type": "supergroup", "title": "Guardia"},
                    "date": 1441645532,
                    "text": "🔴 Acme 82\nSube.",
                    "reply_markup": {
                        "inline_keyboard": [
                            [
                                {"text": "I have it", "callback_data": value},
                                {"text": "Open", "url": "https://sentinel.example/a/x"},
                            ]
                        ]
                    },
                },
                "chat_instance": "1",
                "data": value,
            },
        }
    ).encode()


def telegram_headers(secret: str = SECRET) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}


async def pressed(client: Client, stand: Stand, chat: str, value: str, **fields: Any) -> Answer:
    """As the chat itself tells of it."""
    match chat:
        case "slack":
            body = slack_payload(value, **fields)
            headers = slack_headers(stand, body)
        case "discord":
            body = discord_payload(value, **fields)
            headers = discord_headers(stand, body)
        case _:
            body = telegram_payload(value, **fields)
            headers = telegram_headers()
    return await client.post(f"/chat/{chat}", data=body, headers=headers)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Where Slack takes what is said of a press."""
    with serving(Receiver(take=lambda _: {})) as receiver:
        monkeypatch.setattr(slack, "HOOKS", f"http://127.0.0.1:{receiver.port}/")
        yield receiver


async def test_slack(hooks: Receiver) -> None:
    """Taken by whoever pressed, in their own name; the message says who, for everybody, and its button is gone."""
    stand, incident = a_chatty_stand()
    url = f"http://127.0.0.1:{hooks.port}/actions/T/1/x"
    async with stand.client() as client:
        answer = await pressed(client, stand, "slack", the_press(stand, incident), url=url)
        assert (answer.status, answer.text) == (200, "")
        now = stand.incidents[incident.id]
        assert (now.state, now.holder) == (State.ACKNOWLEDGED, "ana")
        told = json.loads(hooks.asked[0].body)
        assert told["replace_original"] is True
        assert "sentinel_take" not in f"{told}"
        assert "sentinel_open_1" in f"{told}"
        assert "Ana has it" in told["blocks"][-1]["elements"][0]["text"]
        await pressed(client, stand, "slack", the_press(stand, incident), user="U0STRANGER", url=url)
        told = json.loads(hooks.asked[1].body)
        assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
        assert 'chat_ids: {slack: "U0STRANGER"}' in told["text"]


async def test_discord() -> None:
    """The answer is the message as it is from now on; a stranger reads alone what to do."""
    stand, incident = a_chatty_stand()
    async with stand.client() as client:
        refused = json.loads((await pressed(client, stand, "discord", the_press(stand, incident), user="99999")).text)
        assert (refused["type"], refused["data"]["flags"]) == (4, 64)
        assert 'chat_ids: {discord: "99999"}' in refused["data"]["content"]
        assert stand.incidents[incident.id].state is State.OPEN
        answer = json.loads((await pressed(client, stand, "discord", the_press(stand, incident), direct=True)).text)
        assert answer["type"] == 7
        assert answer["data"]["content"].startswith("🔴 Acme 82\n✔ Ana has it")
        assert [key["label"] for key in answer["data"]["components"][0]["components"]] == ["Open"]
        assert stand.incidents[incident.id].holder == "ana"
        ping = b'{"type": 1, "application_id": "1"}'
        answer = (await client.post("/chat/discord", data=ping, headers=discord_headers(stand, ping))).text
        assert json.loads(answer) == {"type": 1}


async def test_telegram() -> None:
    """Whoever pressed reads it at once, the message says it for everybody."""
    server = ChatServer()
    with serving(server.receiver()) as receiver:
        stand, incident = a_chatty_stand(receiver.port)
        async with stand.client() as client:
            answer = json.loads((await pressed(client, stand, "telegram", the_press(stand, incident), user=5)).text)
            assert (answer["method"], answer["show_alert"]) == ("answerCallbackQuery", True)
            assert 'chat_ids: {telegram: "5"}' in answer["text"]
            answer = json.loads((await pressed(client, stand, "telegram", the_press(stand, incident))).text)
            assert (answer["callback_query_id"], answer["text"]) == ("4382bfdwdsb323b2d9", "Acme: you have it.")
            other = await client.post(
                "/chat/telegram", data=b'{"update_id": 1, "message": {}}', headers=telegram_headers()
            )
            assert (other.status, other.text) == (200, "")
    assert stand.incidents[incident.id].holder == "ana"
    assert server.edits[0]["text"].startswith("🔴 Acme 82\nSube.\n✔ Ana has it")
    assert server.edits[0]["reply_markup"] == {
        "inline_keyboard": [[{"text": "Open", "url": "https://sentinel.example/a/x"}]]
    }
    assert (server.edits[0]["chat_id"], server.edits[0]["message_id"]) == (-1001234567890, 1365)


async def test_what_the_chat_did_not_sign_changes_nothing() -> None:
    """Another secret, another body, no signature, one from long ago or to come."""
    stand, incident = a_chatty_stand()
    value = the_press(stand, incident)
    body, other = slack_payload(value), discord_payload(value)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    tries: list[tuple[str, bytes, dict[str, str]]] = [
        ("slack", body, slack_headers(stand, body, secret="x" * 32)),
        ("slack", body + b"&x=1", slack_headers(stand, body)),
        ("slack", body, {**slack_headers(stand, body), "X-Slack-Signature": ""}),
        ("slack", body, slack_headers(stand, body, late=301)),
        ("slack", body, slack_headers(stand, body, late=-301)),
        ("slack", body, {**slack_headers(stand, body), "X-Slack-Request-Timestamp": "ñ"}),
        ("discord", other, discord_headers(stand, other, key=stranger)),
        ("discord", other + b" ", discord_headers(stand, other)),
        ("discord", other, {**discord_headers(stand, other), "X-Signature-Ed25519": "zz"}),
        ("discord", other, {"Content-Type": "application/json"}),
        ("discord", other, discord_headers(stand, other, late=301)),
        ("telegram", telegram_payload(value), telegram_headers("x" * 26)),
        ("telegram", telegram_payload(value), {"Content-Type": "application/json"}),
    ]
    async with stand.client() as client:
        for chat, sent, headers in tries:
            assert (await client.post(f"/chat/{chat}", data=sent, headers=headers)).status == 401, (chat, headers)
        for chat in CHATS:
            assert (await client.get(f"/chat/{chat}")).status == 405
    assert stand.incidents[incident.id].state is State.OPEN
    assert {line.outcome for line in await stand.audit.find()} <= {AuditOutcome.REFUSED}


@pytest.mark.parametrize("chat", ["discord", "telegram"])
async def test_a_button_that_means_nothing_any_more_says_so(chat: str) -> None:
    """Made up, expired, of another epoch, of an incident that is gone; and a second press of the same one."""
    stand, incident = a_chatty_stand()
    good = the_press(stand, incident)
    gone = ChatPress(incident="20200101-0000-000000", epoch=1, expires_at=stand.clock.now() + timedelta(hours=1))
    async with stand.client() as client:
        for value, said in (
            ("x|1|2|3", "not valid"),
            (good.replace(incident.id[:8], "20990101"), "not valid"),
            (the_press(stand, incident, lasts=0), "expired"),
            (stand.links.mint_press(gone), "not valid"),
            ("", "not valid"),
        ):
            answer = await pressed(client, stand, chat, value)
            assert answer.status == 200
            assert said in answer.text, (value, answer.text)
        assert stand.incidents[incident.id].state is State.OPEN
        await pressed(client, stand, chat, the_press(stand, incident, epoch=incident.epoch + 1))
        assert stand.incidents[incident.id].state is State.OPEN
        await pressed(client, stand, chat, good)
        before = stand.incidents[incident.id]
        again = await pressed(client, stand, chat, good)
        assert again.status == 200
        assert stand.incidents[incident.id] == before


async def test_an_answer_of_slack_goes_to_slack_alone(hooks: Receiver) -> None:
    """Also where what is signed names another address; the press counts all the same."""
    stand, incident = a_chatty_stand()
    async with stand.client() as client:
        answer = await pressed(client, stand, "slack", the_press(stand, incident), url="http://127.0.0.1:1/x")
    assert answer.status == 200
    assert hooks.asked == []
    assert stand.incidents[incident.id].holder == "ana"


async def test_what_is_signed_and_makes_no_sense_is_refused() -> None:
    """Neither a fault nor a press."""
    stand, _ = a_chatty_stand()
    async with stand.client() as client:
        for body in (b"", b"payload=", b"payload={}", b"payload=%00", b"x" * 1000, b"payload=[]"):
            answer = await client.post("/chat/slack", data=body, headers=slack_headers(stand, body))
            assert answer.status == 400, body
        for body in (b"", b"{}", b'{"type": "3"}', b'{"type": 2}', b'{"type": 3}', b"[]", b"\xff"):
            answer = await client.post("/chat/discord", data=body, headers=discord_headers(stand, body))
            assert answer.status == 400, body
        for body in (b"", b"[]", b'{"callback_query": 1}', b"\xff"):
            assert (await client.post("/chat/telegram", data=body, headers=telegram_headers())).status == 400, body


async def test_without_a_secret_there_is_nothing_there() -> None:
    """A chat that is not set up hears nothing."""
    stand = Stand()
    async with stand.client() as client:
        for chat in CHATS:
            assert (await client.post(f"/chat/{chat}", data=b"{}")).status == 404
