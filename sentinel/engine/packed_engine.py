"""Packed engine: the engine's state for a checkpoint, each brand as bytes, made anew only where something changed."""

from collections.abc import Iterator

import msgspec

from sentinel.engine.engine import MANY, Engine

MOST_UNCHANGED = 1_000
"""Brands that are gone through at once, changed or not."""
_TOP = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])


def packed_ahead(engine: Engine, most: int) -> Iterator[None]:
    """Have the bytes of what changed at hand, with a break after each ``most`` brands, at which others go on with the
    engine: `packed_in_slices`, for which all have to wait, makes only those anew that change meanwhile.
    """
    changed = 0
    for place, state in enumerate(engine.brands, 1):
        if state.has_changed:
            state.packed()
            changed += 1
        if changed >= most or place % MOST_UNCHANGED == 0:
            changed = 0
            yield


def packed_in_slices(engine: Engine, most: int = MANY) -> Iterator[dict[str, object] | None]:
    """What `Engine.restore` takes, with a break after each ``most`` brands that changed since the last time; quiet
    brands are kept as these bytes alone from now on. Nobody else is let at the engine before the end.
    """
    brands: dict[str, object] = {}
    changed = 0
    for state in engine.brands:
        changed += state.has_changed
        brands[state.name] = state.packed()
        if engine.folded_at is not None:
            state.rest(engine.folded_at)
        if changed >= most or len(brands) % MOST_UNCHANGED == 0:
            changed = 0
            yield None
    yield {"folded_at": engine.folded_at, "model": engine.learning.snapshot(), "brands": brands}


def read_packed(body: bytes) -> object:
    """The state in the body of a checkpoint, each brand as the bytes that stand there: most are not read at a start,
    and none is copied before its brand takes it up.

    Raises
    ------
    msgspec.MsgspecError
        When there is none in it.
    """
    state: dict[str, object] = {}
    for key, value in _TOP.decode(body).items():
        if key == "brands":
            state[key] = _TOP.decode(value)
        else:
            state[key] = msgspec.msgpack.decode(value, strict=True)
    return state
