"""The engine: the pure fold over journal and clock."""
