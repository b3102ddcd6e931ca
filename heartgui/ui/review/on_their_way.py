"""What a person has said of takes and the library does not have yet."""

from __future__ import annotations

from collections import Counter


class OnTheirWay:
    """Texts that are being written, by the numbers of their takes: the newest is shown meanwhile.

    They are written in the order in which they were said.
    """

    def __init__(self) -> None:
        self._newest: dict[int, str] = {}
        self._n: Counter[int] = Counter()

    def add(self, take_id: int, text: str) -> None:
        self._newest[take_id] = text
        self._n[take_id] += 1

    def written(self, take_id: int) -> bool:
        """One was written, or failed. Returns whether it was the newest."""
        self._n[take_id] -= 1
        newest = not self._n[take_id]
        if newest:
            del self._newest[take_id], self._n[take_id]
        return newest

    def of(self, take_id: int, otherwise: str) -> str:
        """What is shown of a take. otherwise: what the library has."""
        return self._newest.get(take_id, otherwise)

    def rest(self) -> dict[int, str]:
        """The newest of each take of which nobody was told that it was written."""
        return dict(self._newest)
