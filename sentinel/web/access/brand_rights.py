"""Which brands there are for whoever asks: one value, decided by the guard, by which all that a route may ask is
narrowed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NoReturn

from sentinel.config.brand_access import meant
from sentinel.config.schema import Config
from sentinel.web.http.body import RefusedBody


@dataclass(frozen=True, slots=True)
class BrandRights:
    """``names`` are the only brands there are; ``None`` is every brand, also one that is added tomorrow.

    Examples
    --------
    >>> BrandRights().sees("Acme"), BrandRights(frozenset()).sees("Acme")
    (True, False)
    """

    names: frozenset[str] | None = None

    @property
    def every(self) -> bool:
        """Whether nothing is kept from them."""
        return self.names is None

    def sees(self, brand: str | None) -> bool:
        """Whether there is such a brand for them; of what is about no brand in particular they see nothing."""
        return self.names is None or brand in self.names

    def covers(self, brands: Collection[str]) -> bool:
        """Whether they see all of these; none named means every brand."""
        return self.names is None or (bool(brands) and self.names.issuperset(brands))

    def of(self, brands: Iterable[str]) -> tuple[str, ...]:
        """Those of them that they see."""
        return tuple(brand for brand in brands if self.sees(brand))


EVERY_BRAND = BrandRights()
NO_BRAND = BrandRights(frozenset())


def rights_of(config: Config, wanted: Collection[str]) -> BrandRights:
    """What a `brands` of the configuration gives: left out or empty, every brand; else those it means, be it none."""
    return BrandRights(meant(config.brands, wanted)) if wanted else EVERY_BRAND


def refuse() -> NoReturn:
    """What concerns every brand is not for those who have some."""
    raise RefusedBody(403, "this concerns every brand, and `brands` in access gives you some; ask whoever has them all")
