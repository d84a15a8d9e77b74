"""Channels to a contact's own devices: browsers take alerts over https alone, and each contact has its own."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sentinel.config.schema import Config
from sentinel.config.tree import Key
from sentinel.network import is_here
from sentinel.notify.channels import OWN_DEVICES, scheme_of

NOT_SECURE = (
    "webpush:// wants these pages over https, since browsers take alerts from nowhere else: set web.external_url to an "
    "https:// address (a proxy in front of Sentinel has the certificate); http does for localhost alone"
)


def check_push_channels(config: Config) -> Iterator[tuple[Key, str]]:
    """Each mistake as (place, sentence)."""
    for name, contact in config.contacts.items():
        urls = [channel.get_secret_value() for channel in contact.channels]
        places = [index for index, url in enumerate(urls) if scheme_of(url) == OWN_DEVICES]
        for index in places:
            place = ("contacts", name, "channels", index)
            if urlsplit(urls[index]).netloc:
                yield place, "webpush:// is written alone: it means this contact's own devices"
            elif index != places[0]:
                yield place, "webpush:// stands here twice; once means all of this contact's devices"
            elif not _secure(config):
                yield place, NOT_SECURE


def _secure(config: Config) -> bool:
    if config.web.external_url is None:
        return is_here(config.web.host)
    parts = urlsplit(config.web.external_url)
    return parts.scheme == "https" or is_here(parts.hostname or "")
