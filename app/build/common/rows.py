"""Rows of the tables as plain tuples: a million events have thirty million rows, too many for model instances."""

import json
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from typing import Any

from sqlmodel import SQLModel

from app.build.common.documents import RetiredDocument
from app.languages import Language, StoredText
from app.model.columns import Tree
from app.model.tables import IdentifierRow

Row = tuple[Any, ...]

_NOTHING: Tree = {}
_IN_USE = {"number": None, "campaign": None, "name": None, "retired": False, "successor": None, "reason": None}


@cache
def column_names(table: str) -> tuple[str, ...]:
    """Return the names of a table's columns, in their order."""
    return tuple(column.name for column in SQLModel.metadata.tables[table].columns)


class Rows(dict[str, list[Row]]):
    """Rows by the name of their table; the values of a row are in the order of the table's columns."""

    def add(self, table: type[SQLModel], record: Tree = _NOTHING, **values: Any) -> None:
        """Add a row; a column without a value of its own takes it from `record`.

        There the column `date_basis` is the `basis` of the `date`, and an object is stored as its `id`. Raises
        KeyError for a column without a value, TypeError for a value without a column.
        """
        name = str(table.__tablename__)
        columns = column_names(name)
        if unknown := values.keys() - set(columns):
            raise TypeError(f"{name} has no column {sorted(unknown)}")
        row = tuple([values[column] if column in values else _value(record, column) for column in columns])
        self.setdefault(name, []).append(row)

    def extend(self, others: Mapping[str, list[Row]]) -> None:
        """Add all rows of `others`."""
        for table, rows in others.items():
            self.setdefault(table, []).extend(rows)

    def add_identifier(
        self, resource: str, id_: str, language: Language, name: StoredText | None = None, **columns: Any
    ) -> None:
        """Add an id that is in use; `columns` are other columns of its row."""
        columns |= {"name": None if name is None else _json(name)}
        self.add(IdentifierRow, _IN_USE, kind=str(resource), id=id_, language=language.value, **columns)

    def add_retired(self, retired: RetiredDocument, campaign: str | None, language: Language) -> None:
        """Add an id that was withdrawn or merged; `campaign` is None for a shared place."""
        self.add_identifier(
            retired.kind,
            retired.id,
            language,
            campaign=campaign,
            retired=True,
            successor=retired.merged_into,
            reason=_json(retired.reason.stored(language)),
        )


def _value(record: Tree, column: str) -> Any:
    if column in record:
        value = record[column]
        return value["id"] if isinstance(value, dict) else value
    outer = next((name for name in accumulate(column.split("_"), "{}_{}".format) if name in record), column)
    return None if record[outer] is None else record[outer][column.removeprefix(f"{outer}_")]


def date_columns(prefix: str, date: Tree | None) -> Tree:
    """Return the columns of a record's date, such as `published_starts_on`; all null without a date."""
    columns = {"starts_on": "start", "ends_on": "end"} | {name: name for name in ("precision", "basis", "as_stated")}
    return {f"{prefix}_{column}": date and date[name] for column, name in columns.items()}


def _json(node: StoredText) -> str:
    return json.dumps(node, ensure_ascii=False)
