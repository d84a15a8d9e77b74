"""Kept brands: which of the brands go on under another configuration, perhaps by another name, and which are gone."""

from collections.abc import Iterable
from itertools import islice

from sentinel.engine.brand_state import BrandState
from sentinel.engine.setup import EngineSetup
from sentinel.matching.duplicates import remembered_of
from sentinel.matching.matcher import Matcher


class KeptBrands:
    """Worked out before the engine takes the configuration, whose brands stay what they are until then.

    Parameters
    ----------
    brands
        Those of before.
    matcher
        Of the brands that come, where somebody has made it already.
    """

    def __init__(self, setup: EngineSetup, brands: Iterable[BrandState], matcher: Matcher | None = None) -> None:
        self.matcher = matcher
        self.gone = {state.name: state for state in brands}
        self.stay: dict[str, BrandState] = {}
        """By their present names."""
        self.renamed: dict[str, str] = {}
        """Names of these that are others than before."""
        self._remembered = remembered_of(len(setup.brands))
        self._left = iter(setup.brands)

    def go_on(self, most: int) -> bool:
        """Work out so many more; whether that were any."""
        looked = False
        for each in islice(self._left, most):
            looked = True
            if (known := next((name for name in each.names if name in self.gone), None)) is not None:
                self.stay[each.brand.name] = self.gone.pop(known).kept(each, self._remembered)
                if known != each.brand.name:
                    self.renamed[known] = each.brand.name
        return looked
