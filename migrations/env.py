"""Run the migrations on the connection of the build, or on the database of `-x database=PATH`."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlmodel import AutoString, SQLModel

import app.build.registry  # noqa: F401 - importing it defines the tables that autogenerate compares with
from app.fulltext.table import SEARCH_TABLES


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Render SQLModel's string type as SQLAlchemy's."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


def include_name(name: str | None, _kind: str, _parents: object) -> bool:
    """Exclude the search index, which no model defines."""
    return name not in SEARCH_TABLES


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        render_item=render_item,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()


build_connection = context.config.attributes.get("connection")
if build_connection is not None:
    migrate(build_connection)
else:
    path = context.get_x_argument(as_dictionary=True)["database"]
    with create_engine(f"sqlite:///{path}").connect() as own:
        migrate(own)
        own.commit()
