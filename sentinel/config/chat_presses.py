"""Chats whose buttons act: what is missing so that somebody hears a press, and knows whose it is."""

from collections.abc import Iterator

from sentinel.config.chats import NO_CHATS
from sentinel.config.schema import Config
from sentinel.config.tree import Key
from sentinel.notify.bot_address import DISCORD, SLACK, TELEGRAM
from sentinel.notify.channels import scheme_of

CHATS = {"slack": SLACK, "discord": DISCORD, "telegram": TELEGRAM}
"""Chat to the scheme of its channels."""


def check_chat_presses(config: Config) -> Iterator[tuple[Key, str]]:
    """Each mistake as (place, sentence)."""
    seen: dict[tuple[str, str], str] = {}
    for name, contact in config.contacts.items():
        schemes = [scheme_of(each.get_secret_value()) for each in contact.channels]
        for chat, scheme in CHATS.items():
            if scheme in schemes and getattr(config.chats or NO_CHATS, chat) is None:
                place: Key = ("contacts", name, "channels", schemes.index(scheme))
                yield (
                    place,
                    f"{scheme}:// has a button that nobody would hear; set chats.{chat}, as docs/channels.md says",
                )
            own = getattr(contact.chat_ids, chat) if contact.chat_ids is not None else None
            if own is None:
                continue
            if getattr(config.chats or NO_CHATS, chat) is None:
                yield (
                    ("contacts", name, "chat_ids", chat),
                    f"does nothing without chats.{chat}; set it, or leave this out",
                )
            other = seen.setdefault((chat, own), name)
            if other != name:
                yield ("contacts", name, "chat_ids", chat), f"is that of {other!r} as well; one account is one contact"
