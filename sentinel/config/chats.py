"""Settings of chats that tell Sentinel when somebody presses a button there, and by what a contact is known to them."""

import re

from pydantic import Field, SecretStr, field_validator

from sentinel.config.base import Settings

_PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}")
_TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


class SlackSettings(Settings):
    """A Slack application whose *Interactivity* request URL is `https://…/chat/slack`."""

    signing_secret: SecretStr = Field(min_length=16)
    """*Basic Information → App Credentials → Signing Secret*; best as `signing_secret_file`."""


class DiscordSettings(Settings):
    """A Discord application whose *Interactions Endpoint URL* is `https://…/chat/discord`."""

    public_key: str = Field(examples=["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"])
    """*General Information → Public Key*, 64 hexadecimal digits."""

    @field_validator("public_key")
    @classmethod
    def _hexadecimal(cls, value: str) -> str:
        if not _PUBLIC_KEY.fullmatch(value):
            raise ValueError("is no public key of a Discord application: 64 hexadecimal digits, of General Information")
        return value


class TelegramChatSettings(Settings):
    """A Telegram bot whose webhook is `https://…/chat/telegram`."""

    secret: SecretStr
    """What `setWebhook` was given as `secret_token`: 16 to 256 letters, digits, - and _."""

    @field_validator("secret")
    @classmethod
    def _shown_in_a_header(cls, value: SecretStr) -> SecretStr:
        if not _TELEGRAM_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, - and _; `openssl rand -hex 24` makes one")
        return value


class ChatSettings(Settings):
    """Chats with a button "I have it" in their messages (`slackbot://`, `discordbot://`, `telegrambot://`)."""

    slack: SlackSettings | None = None
    """Default: presses in Slack are not heard."""
    discord: DiscordSettings | None = None
    """Default: presses in Discord are not heard."""
    telegram: TelegramChatSettings | None = None
    """Default: presses in Telegram are not heard."""


NO_CHATS = ChatSettings()
"""Where the file has none."""


class ChatIds(Settings):
    """By what somebody is known in chats, so that what they press there is theirs."""

    slack: str | None = Field(None, pattern=r"^[UW][A-Z0-9]{5,20}$")
    """Member ID: *Profile → ⋮ → Copy member ID*."""
    discord: str | None = Field(None, pattern=r"^[0-9]{5,25}$")
    """User ID: *Developer Mode* on, *Copy User ID*. In quotes."""
    telegram: str | None = Field(None, pattern=r"^[0-9]{1,20}$")
    """Number of the user, which is also that of their chat with the bot. In quotes."""
