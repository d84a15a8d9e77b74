"""Plugins of other packages, of which nothing odd gets through. A folder of its own: what stands beside ours is one."""
