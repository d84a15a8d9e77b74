"""HTTP itself: bodies, peers, forms, limits, and the shield around every route."""
