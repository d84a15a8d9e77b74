"""Slack, Discord and Telegram for tests: the calls that their bots make, as strict as their documentation."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.notify.receiver import Receiver, Request, Wrong

SLACK_TOKEN = "xoxb-1234567890-abcdefghij"
TELEGRAM_TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
DISCORD_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789"
MOST_TEXT = {"slack": 3000, "discord": 2000, "telegram": 4096}


@dataclass
class ChatServer:
    """One of the three; ``taken`` are the messages it has, ``edits`` those that were changed."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    refuses: str = ""

    def take(self, request: Request) -> object:
        told = json.loads(request.body)
        if request.headers["Content-Type"].partition(";")[0] != "application/json":
            raise Wrong("JSON is wanted")
        if request.path == "/api/chat.postMessage":
            return self.slack(request, told)
        if request.path == "/api/v10/channels/123456789012345678/messages":
            return self.discord(request, told)
        if request.path.startswith(f"/bot{TELEGRAM_TOKEN}/"):
            return self.telegram(request.path.rpartition("/")[2], told)
        raise Wrong("there is nothing here", 404)

    def slack(self, request: Request, told: dict[str, Any]) -> object:
        if request.headers["Authorization"] != f"Bearer {SLACK_TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        if self.refuses:
            return {"ok": False, "error": self.refuses}
        for block in told["blocks"]:
            if block["type"] == "section":
                assert len(block["text"]["text"]) <= MOST_TEXT["slack"]
            names = [each["action_id"] for each in block.get("elements", [])]
            assert len(names) == len(set(names)), "action_id is unique within a message"
            for each in block.get("elements", []):
                assert len(each["text"]["text"]) <= 75
                assert len(each.get("value", "")) <= 2000
        self.taken.append(told)
        return {"ok": True, "channel": told["channel"], "ts": "1503435956.000247"}

    def discord(self, request: Request, told: dict[str, Any]) -> object:
        if request.headers["Authorization"] != f"Bot {DISCORD_TOKEN}":
            raise Wrong("401: Unauthorized", 401)
        assert len(told["content"]) <= MOST_TEXT["discord"]
        assert told["allowed_mentions"] == {"parse": []}
        for row in told.get("components", []):
            for each in row["components"]:
                assert (row["type"], each["type"]) == (1, 2)
                assert ("url" in each) is (each["style"] == 5)
                assert len(each.get("custom_id", "")) <= 100
        self.taken.append(told)
        return {"id": "1"}

    def telegram(self, method: str, told: dict[str, Any]) -> object:
        assert len(told["text"]) <= MOST_TEXT["telegram"]
        for row in told.get("reply_markup", {}).get("inline_keyboard", []):
            for key in row:
                assert len(key.get("callback_data", "").encode()) <= 64
                assert ("url" in key) is not ("callback_data" in key)
        if method == "sendMessage":
            self.taken.append(told)
        elif method == "editMessageText":
            self.edits.append(told)
        else:
            raise Wrong("Not Found: method not found", 404)
        return {"ok": True, "result": {"message_id": 7}}

    def receiver(self, mode: str = "ok", **fields: Any) -> Receiver:
        return Receiver(take=self.take, mode=mode, **fields)


def slack_url(port: int) -> str:
    return f"slackbot://{SLACK_TOKEN}/C01ABCD2E?gateway=http://127.0.0.1:{port}"


def discord_url(port: int) -> str:
    return f"discordbot://{DISCORD_TOKEN}/123456789012345678?gateway=http://127.0.0.1:{port}"


def telegram_url(port: int, chat: str = "-1001234567890") -> str:
    return f"telegrambot://{TELEGRAM_TOKEN}/{chat}?gateway=http://127.0.0.1:{port}"
