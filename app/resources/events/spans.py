"""The spans of events, by which an index finds those that last into a day, and the months of events."""

from collections.abc import Iterator
from datetime import date

LONGEST_SPAN = 13
"""The span of all events that last eleven years or longer."""


def span_of(first: date, last: date) -> int:
    """Return the span of an event: 0 for one day, 1 for two, 2 for three or four, at most `LONGEST_SPAN`.

    A shorter event that lasts into a day began less than 2**span days before that day.
    """
    return min((last - first).days.bit_length(), LONGEST_SPAN)


def months_between(first: date, last: date) -> Iterator[str]:
    """Iterate over the months from a day to another, such as `2024-10`, in order."""
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{month // 12:04}-{month % 12 + 1:02}"
