"""A service as tutorials write it: FastAPI, SQLModel sessions, response models, count, offset and limit."""

import datetime
import os
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlmodel import JSON, Field, Session, SQLModel, col, create_engine, func, select, text

engine = create_engine(f"sqlite:///{os.environ['TEXTBOOK_DATABASE']}", connect_args={"check_same_thread": False})
app = FastAPI()


class EventBase(SQLModel):
    number: int = Field(primary_key=True)
    id: str
    campaign: str
    pillar: str | None
    kind: str
    category: str
    title: str
    summary: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    locations_complete: bool | None
    locations_note: str | None
    forms_complete: bool | None
    series_count: int | None
    programme: str | None
    channel: str | None
    online: bool
    note: str | None
    strand: dict[str, Any] | None = Field(sa_type=JSON)
    purpose: str | None
    date: dict[str, Any] = Field(sa_type=JSON)
    part_of: dict[str, Any] | None = Field(sa_type=JSON)
    organisers: list[dict[str, Any]] = Field(sa_type=JSON)
    participants: list[dict[str, Any]] = Field(sa_type=JSON)
    forms: list[str] = Field(sa_type=JSON)
    locations: list[dict[str, Any]] = Field(sa_type=JSON)


class Event(EventBase, table=True):
    __tablename__ = "events"


class Events(SQLModel):
    data: Sequence[EventBase]
    count: int


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
FOUND = text("number IN (SELECT rowid FROM events_fts WHERE events_fts MATCH :found)")


@app.get("/events")
def read_events(
    session: SessionDep,
    *,
    category: str | None = None,
    pillar: str | None = None,
    date_from: datetime.date | None = None,
    date_to: datetime.date | None = None,
    q: str | None = None,
    sort: Literal["date", "id", "-id"] = "date",
    offset: int = 0,
    limit: Annotated[int, Query(le=200)] = 20,
) -> Events:
    conditions: list[Any] = []
    if category:
        conditions.append(Event.category == category)
    if pillar:
        conditions.append(Event.pillar == pillar)
    if date_from:
        conditions.append(col(Event.ends_on) >= date_from)
    if date_to:
        conditions.append(col(Event.starts_on) <= date_to)
    if q:
        conditions.append(FOUND.bindparams(found=f'"{q}"'))
    order = {"date": col(Event.number), "id": col(Event.id), "-id": col(Event.id).desc()}[sort]
    count = session.exec(select(func.count()).select_from(Event).where(*conditions)).one()
    found = session.exec(select(Event).where(*conditions).order_by(order).offset(offset).limit(limit)).all()
    return Events(data=found, count=count)


@app.get("/events/{id}")
def read_event(id: str, session: SessionDep) -> EventBase:  # noqa: A002
    event = session.exec(select(Event).where(Event.id == id)).first()
    if not event:
        raise HTTPException(status_code=404, detail="Event not found")
    return event
