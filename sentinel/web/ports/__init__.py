"""Ports: what the HTTP side may ask of the rest, and nothing else."""
