"""The one table of columns that CSV and workbooks share; a new column is one line in its kind's module."""

from collections.abc import Mapping

from app.formats.columns import event, location, outcome
from app.formats.columns.column import Table
from app.vocabulary import RecordKind

TABLES: Mapping[RecordKind, Table] = {
    RecordKind.EVENT: event.TABLE,
    RecordKind.LOCATION: location.TABLE,
    RecordKind.OUTCOME: outcome.TABLE,
}
"""The table of each kind of record."""
