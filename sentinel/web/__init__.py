"""The HTTP side: pages, API, metrics, health."""
