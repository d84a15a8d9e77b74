"""Topics: what is talked about, as phrases that people write, and which sentences tell it."""
