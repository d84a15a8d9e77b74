"""What-if: the engine over a recording again and again with other settings, each text classified once."""
