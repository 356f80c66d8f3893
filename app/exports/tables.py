"""The one table of columns that CSV and workbooks share; a new column is one line in its kind's module."""

from collections.abc import Mapping

from app.exports.columns import Table
from app.model.codes import Resource
from app.resources.events import formats as event
from app.resources.locations import formats as location
from app.resources.outcomes import formats as outcome

TABLES: Mapping[Resource, Table] = {
    Resource.EVENT: event.TABLE,
    Resource.LOCATION: location.TABLE,
    Resource.OUTCOME: outcome.TABLE,
}
"""The table of each kind of record."""
