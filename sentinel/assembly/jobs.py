"""Jobs of a process: what runs from its start to its end, by name."""

from collections.abc import Callable, Coroutine

Job = Callable[[], Coroutine[None, None, None]]
NamedJob = tuple[str, Job]
