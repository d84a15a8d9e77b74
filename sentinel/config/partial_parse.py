"""Makes a whole configuration of a faulty one, so that what is right in it can be checked as well and every mistake
shows at once.
"""

from collections.abc import Collection
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from sentinel.config.match import keys_of
from sentinel.config.schema import Config
from sentinel.config.tree import Key, Plain

_ANY = "?"
_STEP: Plain = {"notify": []}
_LAYER: Plain = {"people": [_ANY]}
_NEEDED: dict[str, Plain] = {
    "brands": [{"name": _ANY}],
    "name": _ANY,
    "channels": [_ANY],
    "steps": [_STEP],
    "notify": [],
    "tokens": [_ANY],
    "layers": [_LAYER],
    "people": [_ANY],
    "begin": "2001-01-01 00:00",
    "end": "2999-01-01 00:00",
    "who": [],
    "between": [_ANY, _ANY],
    "to": [_ANY],
    "from": "01:00",
}
"""What stands in for a key that may not be left out, or whose default would be complained of."""
_SPAN: dict[str, Plain] = {"begin": "2001-01-01 00:00", "end": "2999-01-01 00:00"}
_ITEMS: dict[str, Plain] = {
    "brands": {"name": _ANY},
    "steps": _STEP,
    "layers": _LAYER,
    "restrict": {},
    "reports": {"to": [_ANY]},
    "silences": {"from": "01:00", "to": "02:00"},
    "overrides": {**_SPAN, "who": []},
    "swaps": {**_SPAN, "between": [_ANY, _ANY]},
}
_NAMED: dict[str, Plain] = {
    "templates": {},
    "contacts": {"channels": [_ANY]},
    "policies": {"steps": [_STEP]},
    "schedules": {"layers": [_LAYER]},
    "roles": [_ANY],
}
_ROUNDS = 3
"""Values that fit alone may not fit together once a neighbour is gone."""


def salvage(raw: dict[str, object], error: ValidationError, meant: Collection[Key] = ()) -> Config | None:
    """``raw`` with everything that ``error`` names left out or stood in for; ``None`` when that is not enough.

    The positions of what is left do not change: a list keeps its length. Complaints about what stands in are for the
    caller to drop: they are at or below a place that ``error`` names.

    Parameters
    ----------
    meant
        Keys that were misspelt, and so are not left out.
    """
    mended = deepcopy(raw)
    for place in meant:
        _mend(mended, place)
    for _ in range(_ROUNDS):
        found = error.errors(include_url=False, include_input=False, include_context=False)
        places = [keys_of(each["loc"]) for each in found]
        for place in places:
            # a list whose items are wrong is called too short as well
            if not any(other[: len(place)] == place for other in places if other != place):
                _mend(mended, place)
        try:
            return Config.model_validate(mended)
        except ValidationError as next_error:
            error = next_error
    return None


def _mend(raw: object, place: Key) -> None:
    if not place:
        return
    *above, last = place
    parent: Any = raw
    for part in above:
        try:
            parent = parent[part]
        except (KeyError, IndexError, TypeError):
            return  # an earlier mistake took what it stood in
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        parent[last] = deepcopy(_ITEMS.get(str(place[-2]), _ANY))
    elif len(place) == 2 and place[0] in _NAMED:
        parent[last] = deepcopy(_NAMED[str(place[0])])
    elif not isinstance(parent, dict):
        return  # what it stood in is no keys and values, which is a mistake by itself
    elif last in _NEEDED:
        parent[last] = deepcopy(_NEEDED[str(last)])
    else:
        parent.pop(last, None)
