"""The engine: the fold over journal and clock, and the shell that carries out what it decides."""
