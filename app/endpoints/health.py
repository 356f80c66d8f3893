"""Liveness and readiness."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from app.http.context import ApiRequest
from app.http.errors import NO_STORE
from app.http.negotiation import JSON
from app.http.plan import StaticPlan
from app.http.routing import make_router
from app.model.schemas import PublicModel

router = make_router("health")


class Liveness(PublicModel):
    """The process responds."""

    status: Literal["alive"] = Field(description="Always `alive`.", examples=["alive"])


class Readiness(PublicModel):
    """The data can be read."""

    status: Literal["ready"] = Field(description="Always `ready`; anything else is a 503.", examples=["ready"])
    version: str = Field(
        description="The version of the data, a digest.", examples=["9470704bc4d6e71e212ae1c9e804f06c"]
    )
    modified: datetime = Field(
        description="When this version of the data was put in place, UTC.", examples=["2025-01-10T08:00:00Z"]
    )
    verified: bool = Field(
        description=(
            "Whether every byte of the file has been read and its checksum verified; for a large file this is done "
            "some time after the start."
        ),
        examples=[True],
    )
    stale: bool = Field(
        description="Whether the file at the data's path is not the one that is served.", examples=[False]
    )
    stale_reason: str | None = Field(
        description="Why it is not served; null if it is.", examples=["the file no longer exists"]
    )


@router.get("/healthz", response_model=Liveness, summary="Check whether the process responds")
def read_liveness() -> StaticPlan:
    """Respond without reading the data."""
    return _plan(Liveness(status="alive"))


@router.get("/readyz", response_model=Readiness, summary="Check whether the data can be read")
def read_readiness(request: ApiRequest) -> StaticPlan:
    """Read the version from the database itself; 503 with `Retry-After` when that fails."""
    database, stale_reason = request.context.database, request.context.reload_status.stale_reason
    return _plan(
        Readiness(
            status="ready",
            version=request.reader.scalar("SELECT version FROM data_version", {}),
            modified=datetime.fromtimestamp(database.modified, UTC),
            verified=database.file.is_verified,
            stale=stale_reason is not None,
            stale_reason=stale_reason,
        )
    )


def _plan(document: PublicModel) -> StaticPlan:
    return StaticPlan({**NO_STORE, "Content-Type": JSON}, document.model_dump_json().encode())
