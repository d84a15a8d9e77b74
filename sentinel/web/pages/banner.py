"""Banner over pages while the store takes no writes: what people do counts from memory, or in a cluster not at all."""

from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import Ports


def banner_of(ports: Ports, words: Words) -> str | None:
    """``None`` where all is well."""
    if not ports.unwritten():
        return None
    return words.said("watch.banner" if ports.shared_access is None else "watch.banner_away")
