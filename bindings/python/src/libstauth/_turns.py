"""One caller at a time, without stopping an event loop."""

from __future__ import annotations

import asyncio
import threading

from libstauth.errors import InvalidArgument

# Seconds that an event loop waits for a call that is not known to wait for the provider.
_MOMENT = 0.1


class Turns:
    """The lock of a request, which the library requires one thread at a time to use. A thread waits for its turn. On an
    event loop a call fails instead, if another task is in one that waits for the provider."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Takes the turn, if it is free."""
        return self._lock.acquire(blocking=False)

    def release(self) -> None:
        self._lock.release()

    async def quiet(self) -> None:
        """Returns when nobody has the turn."""
        while self._lock.locked():
            await asyncio.to_thread(self._wait)

    def _wait(self) -> None:
        with self._lock:
            pass

    def __enter__(self) -> None:
        if not self.take():
            self._take_later()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _take_later(self) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self._lock.acquire()
            return
        if not self._lock.acquire(timeout=_MOMENT):
            raise InvalidArgument(
                "another task of this request waits for the provider: await that first", "out_of_sequence"
            )
