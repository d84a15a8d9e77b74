"""What areas say of the rest of the file: whom they ask and about which brands must be there, and no two are called the
same.
"""

import re
from collections.abc import Iterator

from sentinel.config.explain import unknown
from sentinel.config.notified import check_targets
from sentinel.config.schema import Config
from sentinel.config.tree import Key

_NAME = re.compile(r"[\w-]{1,40}")


def check_areas(config: Config) -> Iterator[tuple[Key, str]]:
    """Every mistake as (place, sentence)."""
    brands = {each.name for each in config.brands}
    called: dict[tuple[str, str], str] = {}
    for name, area in config.areas.items():
        place: Key = ("areas", name)
        if not _NAME.fullmatch(name):
            yield (
                place,
                f"{name!r} is no name of an area; write 1 to 40 letters, digits, - and _, and the rest in `label`",
            )
        yield from check_targets(config, area.contacts, (*place, "contacts"))
        direct = [config.contacts[each] for each in area.contacts if each in config.contacts]
        deaf = [each for each in direct if each.use is not None and each.use.news == ()]
        if deaf and len(deaf) == len(area.contacts):
            yield (*place, "contacts"), "nobody of them could be asked: `use.news` of each names no channel"
        for position, brand in enumerate(area.brands):
            if brand not in brands:
                yield (*place, "brands", position), unknown(brand, brands, "brand")
        for language, text in area.labels(name).items():
            before = called.setdefault((language, text.casefold().strip()), name)
            if before != name:
                yield (
                    (*place, "label"),
                    f"{text!r} ({language}) is what area {before!r} is called as well; nobody could tell them apart",
                )
                break
