"""The daemon: follows journal and clock, commits what the engine decides, tells people and keeps itself in order."""
