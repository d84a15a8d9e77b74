"""Ports narrowed to some brands: the same questions, answered as if there were no others."""
