"""Made-up histories of a brand, from a seed: for drills, tours and tests. Nothing in them was ever said by anybody."""
