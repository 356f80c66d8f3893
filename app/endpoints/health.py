"""Health: alive, and able to answer."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlmodel import col

from app.db.statements import compiled
from app.http.context import context_of
from app.http.errors import NO_STORE
from app.http.negotiation import JSON
from app.http.params import Params, ParamsReader
from app.http.routing import make_router
from app.model.schemas import PublicModel
from app.model.tables import DatabaseRow

router = make_router("health")

_VERSION = compiled(select(col(DatabaseRow.version)))

Nothing = Annotated[Params, Depends(ParamsReader(Params))]
"""The query of what takes no parameters."""


class Liveness(PublicModel):
    """That the process answers."""

    status: Literal["alive"] = Field(description="Always `alive`.", examples=["alive"])


class Readiness(PublicModel):
    """That the data can be read, and which they are."""

    status: Literal["ready"] = Field(description="Always `ready`; anything else is a 503.", examples=["ready"])
    version: str = Field(
        description="The version of the data, a digest.", examples=["9470704bc4d6e71e212ae1c9e804f06c"]
    )
    modified: datetime = Field(description="When this version of the data came to be here, UTC.")
    verified: bool = Field(
        description=(
            "Whether every byte of the data was read and found as it was built; of a large file that is known only "
            "some time after the start."
        )
    )
    stale: bool = Field(description="Whether what lies at the place of the data is not what is served.")
    stale_reason: str | None = Field(
        description="Why it is not served; null where it is.", examples=["there is no file to be read any more"]
    )


@router.get("/healthz", response_model=Liveness, summary="Tell whether the process answers")
async def read_liveness(query: Nothing) -> Response:
    """Answer without touching the data."""
    return _send(Liveness(status="alive"))


@router.get("/readyz", response_model=Readiness, summary="Tell whether the data can be read")
async def read_readiness(request: Request, query: Nothing) -> Response:
    """Read the data's version from the snapshot itself; 503 with `Retry-After` when that fails."""
    context = context_of(request)
    snapshot, stale_reason = context.snapshot, context.succession.stale_reason
    return _send(
        Readiness(
            status="ready",
            version=snapshot.reader.scalar(_VERSION, {}),
            modified=datetime.fromtimestamp(snapshot.modified, UTC),
            verified=snapshot.file.is_verified,
            stale=stale_reason is not None,
            stale_reason=stale_reason,
        )
    )


def _send(document: PublicModel) -> Response:
    return Response(document.model_dump_json().encode(), media_type=JSON, headers=NO_STORE)
