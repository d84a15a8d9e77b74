"""Partitions: the brands that one engine folds where several engines share the work; competitors stay together.

Without partitions one engine folds all brands. With them each has a number from 1 on, and knows the others' brands as
well: what stars teach about those, its sentiment model learns too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from sentinel.engine.own_accounts import OwnAccounts
from sentinel.engine.setup import BrandSetup, EngineSetup
from sentinel.matching.account_index import AccountIndex
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention


@dataclass(frozen=True, slots=True)
class Partitions:
    """How brands are spread over ``count`` partitions.

    Examples
    --------
    >>> Partitions(4).of_name("Acme")
    3
    """

    count: int

    def of_name(self, name: str) -> int:
        """The partition of a group of brands that is called so."""
        return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()) % self.count + 1

    def of_brands(self, brands: Sequence[BrandSetup]) -> dict[str, int]:
        """Each brand's partition, by its name: brands that are connected as competitors have the same one.

        A group goes by the first of all its present and earlier names: one brand renamed, or one added behind it,
        moves nobody.
        """
        return {name: self.of_name(first) for first, names in _groups(brands) for name in names}

    def setup(self, whole: EngineSetup, number: int) -> EngineSetup:
        """What the engine of one partition is built from."""
        parts = self.of_brands(whole.brands)
        ours = tuple(each for each in whole.brands if parts[each.brand.name] == number)
        others = tuple(each for each in whole.brands if parts[each.brand.name] != number)
        return replace(whole, brands=ours, elsewhere=others)


class PartRouter:
    """To which partitions a mention goes: those of the brands that it is about or whose own posts it answers, and all
    of them where its stars teach the sentiment model.

    Asked for every mention in the order in which they come, as it remembers what brands post themselves.
    """

    def __init__(self, setup: EngineSetup, partitions: Partitions) -> None:
        parts = partitions.of_brands(setup.brands)
        self.everybody = tuple(range(1, partitions.count + 1))
        """All partitions: where lessons go, and what was taken back."""
        self._parts = [parts[each.brand.name] for each in setup.brands]
        self._matcher = Matcher([each.brand for each in setup.brands])
        self._accounts = AccountIndex((i, each.brand.own) for i, each in enumerate(setup.brands))
        self._own = {i: OwnAccounts(each.brand) for i, each in enumerate(setup.brands) if each.brand.own}

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of, or answered."""
        return bool(self._matcher.match(mention)) or bool(self._answered(mention))

    def parts_of(self, mention: Mention, now: datetime) -> tuple[int, ...]:
        """Lowest first; none for what is about no brand."""
        found = {*self._matcher.match(mention), *self._answered(mention)}
        for index in found & self._own.keys():
            self._own[index].wrote(mention, now)
        if found and mention.rating is not None:
            return self.everybody
        return tuple(sorted({self._parts[index] for index in found}))

    def _answered(self, mention: Mention) -> set[int]:
        if not (self._own and (mention.parent_id or mention.root_id or mention.links)):
            return set()
        posted = {index for index, own in self._own.items() if own.is_posted(mention)}
        return posted.union(self._accounts.addressed(mention))


def _groups(brands: Sequence[BrandSetup]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Groups of brands that are connected, each as the first of its names and the present ones."""
    group = {each.brand.name: {each.brand.name} for each in brands}
    for each in brands:
        for other in each.competitors:
            if other in group and group[other] is not group[each.brand.name]:
                both = group[each.brand.name] | group[other]
                group |= dict.fromkeys(both, both)
    earlier = {each.brand.name: each.names for each in brands}
    for names in {id(each): each for each in group.values()}.values():
        yield min(name for each in names for name in earlier[each]), tuple(sorted(names))
