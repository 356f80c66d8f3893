"""Rows of the tables as plain tuples: a million events have thirty million rows, too many for model instances."""

import json
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from app.build.common.documents import RetiredDocument
from app.languages import Language, StoredText
from app.model.columns import Tree
from app.model.tables import IdentifierRow

Row = tuple[Any, ...]

_NOTHING: Tree = {}


@cache
def column_names(table: type[SQLModel]) -> tuple[str, ...]:
    """Return the names of a table's columns, in their order."""
    return tuple(column.name for column in SQLModel.metadata.tables[str(table.__tablename__)].columns)


class Rows(dict[type[SQLModel], list[Row]]):
    """Rows by table; the values of a row are in the order of the table's columns."""

    def add(self, table: type[SQLModel], same: Tree = _NOTHING, **values: Any) -> None:
        """Add a row; a column that has no value takes the value of that name in `same`.

        Raises TypeError for a column without a value, or a value without a column.
        """
        names = column_names(table)
        try:
            row = tuple([values[name] if name in values else same[name] for name in names])
        except KeyError as error:
            raise TypeError(f"{table.__name__} needs the column {error}") from error
        if unknown := values.keys() - set(names):
            raise TypeError(f"{table.__name__} has no column {sorted(unknown)}")
        self.setdefault(table, []).append(row)

    def extend(self, others: "Rows") -> None:
        """Add all rows of `others`."""
        for table, rows in others.items():
            self.setdefault(table, []).extend(rows)

    def add_identifier(
        self,
        kind: str,
        id_: str,
        language: Language,
        *,
        number: int | None = None,
        campaign: str | None = None,
        name: StoredText | None = None,
    ) -> None:
        """Add an id that is in use."""
        self.add(
            IdentifierRow,
            kind=str(kind),
            id=id_,
            number=number,
            campaign=campaign,
            language=language.value,
            retired=False,
            successor=None,
            reason=None,
            name=_json(name),
        )

    def add_retired(self, retired: RetiredDocument, campaign: str | None, language: Language) -> None:
        """Add an id that was withdrawn or merged; `campaign` is None for a shared place."""
        self.add(
            IdentifierRow,
            kind=retired.kind.value,
            id=retired.id,
            number=None,
            campaign=campaign,
            language=language.value,
            retired=True,
            successor=retired.merged_into,
            reason=_json(retired.reason.stored(language)),
            name=None,
        )


def date_columns(prefix: str, date: Tree | None) -> Tree:
    """Return the columns of a record's date, such as `published_starts_on`; all null without a date."""
    columns = {"starts_on": "start", "ends_on": "end"} | {name: name for name in ("precision", "basis", "as_stated")}
    return {f"{prefix}_{column}": date and date[name] for column, name in columns.items()}


def _json(node: StoredText | None) -> str | None:
    return None if node is None else json.dumps(node, ensure_ascii=False)
