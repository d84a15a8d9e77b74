"""The shipped sentiment weights and how to load them; where they come from stands in ``MODEL_CARD.md``."""

from sentinel.sentiment.seed.seed import FILE_NAME, SeedError, load_seed, pack_seed, unpack_seed

__all__ = ["FILE_NAME", "SeedError", "load_seed", "pack_seed", "unpack_seed"]
