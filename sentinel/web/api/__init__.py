"""``/api/v1``: what programs ask and do."""
