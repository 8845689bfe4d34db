"""The result of a measurement, with its bounds and the peer's figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: a ``figure`` and its bounds, all in ``unit``.

    ``must`` is the bound, ``aim`` what we would like (None: no more than the bound); both are the
    greatest good figure, or the least where ``more_is_better``. ``ours`` and ``theirs`` are the
    readings behind the figure, in the order they were taken and in ``reading_unit``; ``peer`` is
    whose ``theirs`` are. ``remark`` says what a reader must know to judge the figure.
    """

    work: str
    figure: float
    unit: str
    must: float | None
    aim: float | None = None
    more_is_better: bool = False
    reading_unit: str = ""
    ours: tuple[float, ...] = ()
    theirs: tuple[float, ...] = ()
    peer: str = ""
    remark: str = ""

    @property
    def verdict(self) -> str:
        """``aim`` or ``must`` when that is reached, ``MISSED``, or nothing without a bound."""
        for name, bound in (("aim", self.aim), ("must", self.must)):
            if bound is not None and self._reaches(bound):
                return name
        return "" if self.must is None else "MISSED"

    def _reaches(self, bound: float) -> bool:
        return self.figure >= bound if self.more_is_better else self.figure <= bound


def ratio(
    work: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    reading_unit: str,
    must: float,
    aim: float,
    peer: str = "Janus",
    remark: str = "",
) -> Result:
    """Return the ratios ours : theirs of readings taken in turn, the n-th of each together.

    The figure is the median of the ratios of neighbours, so that a machine which grows slower or
    faster meanwhile does so for both.
    """
    figure = median(our / their for our, their in zip(ours, theirs, strict=True))
    return Result(
        work,
        round(figure, 3),
        f": {peer}",
        must,
        aim,
        reading_unit=reading_unit,
        ours=tuple(ours),
        theirs=tuple(theirs),
        peer=peer,
        remark=remark,
    )
