"""Run the migrations on the connection that the build hands over, or on the address of `-x database=PATH`."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlmodel import AutoString, SQLModel

from app.build.tables import SEARCH_TABLES  # importing it defines the tables that autogenerate compares with


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write SQLModel's string type as what it is in the database."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


def include_name(name: str | None, _kind: str, _parents: object) -> bool:
    """Leave the search index alone, which is no table of ours."""
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


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    migrate(handed_over)
else:
    path = context.get_x_argument(as_dictionary=True)["database"]
    with create_engine(f"sqlite:///{path}").connect() as own:
        migrate(own)
        own.commit()
