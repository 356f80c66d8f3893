"""Every setting of the service, with its unit and default; each is also an environment variable."""

from pathlib import Path

from pydantic import Field, HttpUrl, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_CHECKOUT = Path(__file__).parents[1]
_BUNDLED = Path(__file__).parent / "bundled"


def shipped(name: str) -> Path:
    """Find a folder of the project, `seeds` or `migrations`: beside the package, or inside an installed one."""
    beside = _CHECKOUT / name
    return beside if (_CHECKOUT / "pyproject.toml").is_file() else _BUNDLED / name


class Settings(BaseSettings):
    """The settings; set `CAMPAIGN_API_PORT=9000` in the environment for `port`, and so on."""

    model_config = SettingsConfigDict(env_prefix="CAMPAIGN_API_", extra="forbid", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The TCP port to listen on; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="How many processes answer.")
    data: Path | None = Field(
        None, description="The snapshot to serve; without it `output` is served, and built first if need be."
    )
    seeds: Path = Field(shipped("seeds"), description="The folder of the seeds, with `places.yaml` in it.")
    output: Path = Field(Path(".data/campaigns.sqlite3"), description="Where `build` puts the snapshot.")
    public_base_url: HttpUrl | None = Field(
        None,
        description=(
            "The address that clients reach the service by, without a slash at the end; links are built from it. "
            "Without it they name the address that the server listens on; never the request's `Host`."
        ),
    )
    max_streams: int = Field(
        16,
        ge=1,
        le=1000,
        description="How many whole documents, exports and offline snapshots, a process sends at once; more are a 503.",
    )
    kept_bytes: int = Field(
        64 * 1024 * 1024,
        ge=0,
        le=2**40,
        description=(
            "How many bytes of answers a process keeps ready to be sent again, those that were asked for last; "
            "0 keeps none."
        ),
    )
    max_connections: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description=(
            "How many connections a process has at once, fewer where so many file descriptors are not allowed. A "
            "further one takes the place of one that does nothing; where all are busy it gets a 503."
        ),
    )
    idle_seconds: float = Field(
        5, gt=0, le=3600, description="How long a connection is kept on which nothing is asked, seconds."
    )
    request_seconds: float = Field(
        10, gt=0, le=3600, description="How long a client may take to send one request, seconds; then a 408."
    )
    stalled_seconds: float = Field(
        20, gt=0, le=3600, description="How long a client may take nothing of an answer that is being sent, seconds."
    )
    unsent_bytes: int = Field(
        64 * 1024 * 1024,
        ge=0,
        le=2**40,
        description="How many bytes of answers wait for slow clients in a process; of more the slowest are dropped.",
    )
    max_limit: int = Field(
        200, ge=50, le=200, description="How many records a page has at most, whatever `limit` says."
    )
    max_search: int = Field(200, ge=1, le=200, description="How long a search may be, characters.")
    max_values: int = Field(
        100, ge=1, le=100, description="How often a parameter may be repeated, and so how many values a filter has."
    )
    question_seconds: float = Field(
        5, gt=0, le=3600, description="How long the answer to a question may take to be found, seconds; then a 503."
    )
    max_waiting: int = Field(
        100,
        ge=1,
        le=100_000,
        description="How many questions that take longer a process has before it at once; more are a 503.",
    )
    drain_seconds: int = Field(
        30, ge=0, le=3600, description="How long answers that are under way may take after SIGTERM, seconds."
    )
    access_log: bool = Field(
        False, description="Whether a line of JSON is written to standard output for each request."
    )
    cache_seconds: int = Field(60, ge=0, le=31_536_000, description="How long a cache may keep an answer, seconds.")
    stale_seconds: int = Field(
        600,
        ge=0,
        le=31_536_000,
        description="How long it may show it after that while it fetches anew, seconds.",
    )

    @field_validator("public_base_url")
    @classmethod
    def _no_more_than_a_base(cls, url: HttpUrl | None) -> HttpUrl | None:
        if url is not None and (url.query or url.fragment or url.username):
            raise ValueError("has a query, a fragment or a user")
        return url
