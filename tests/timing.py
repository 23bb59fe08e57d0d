"""The time that code itself takes, whatever else the machine is doing."""

import time
import timeit
from collections.abc import Callable


def own_seconds(call: Callable[[], object], times: int = 3) -> float:
    """Return the least seconds of processor time that `call` took on this thread in `times` calls.

    Other threads, a wait for the processor and a collection of garbage (a third of a second where
    a model is loaded) are not counted.
    """
    return min(timeit.repeat(call, timer=time.thread_time, repeat=times, number=1))


def wait_until(condition: Callable[[], object], within_s: float = 60.0) -> None:
    """Wait until `condition` holds, for what another thread or process does.

    Raises:
        TimeoutError: it does not hold after `within_s`, which is far more than it takes.
    """
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It does not hold after {within_s:.0f} s.")
        time.sleep(0.01)
