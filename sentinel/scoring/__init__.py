"""The score: readings to 0–100 with contributions that sum to it, and the level that follows."""
