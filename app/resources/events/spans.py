"""Spans: how long events may last, as powers of two days, by which an index finds those that last into a day."""

from datetime import date

LONGEST_SPAN = 13
"""The span of all events that last eleven years or longer."""


def span_of(first: date, last: date) -> int:
    """Return the span of an event: 0 for one day, 1 for two, 2 for three or four, at most `LONGEST_SPAN`.

    A shorter event that lasts into a day began less than 2**span days before that day.
    """
    return min((last - first).days.bit_length(), LONGEST_SPAN)
