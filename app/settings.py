"""Every setting of the service, with its unit and default; each is also an environment variable."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import Field, HttpUrl, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "CAMPAIGN_API_"

_KUBERNETES = re.compile(
    rf"{PREFIX}(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)",
    re.IGNORECASE,
)
_KUBERNETES_PORT = re.compile(rf"{PREFIX}(?:\w+_)?PORT", re.IGNORECASE)
_KUBERNETES_ADDRESS = re.compile(r"(?:tcp|udp|sctp)://\S+")

_CHECKOUT = Path(__file__).parents[1]
_BUNDLED = Path(__file__).parent / "bundled"


def bundled_path(name: str) -> Path:
    """Return the path of `seeds` or `migrations`: beside the package in a checkout, inside an installed one."""
    beside = _CHECKOUT / name
    return beside if (_CHECKOUT / "pyproject.toml").is_file() else _BUNDLED / name


def is_set_by_kubernetes(variable: str, value: str) -> bool:
    """Return whether Kubernetes sets this variable in pods beside a service whose name begins with `campaign-api`.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    if _KUBERNETES.fullmatch(variable):
        return True
    return bool(_KUBERNETES_PORT.fullmatch(variable) and _KUBERNETES_ADDRESS.fullmatch(value))


def _ours(variables: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return variables, named in lower case, without those of Kubernetes; `port`, which platforms set, is ours too."""
    ours = {name: value for name, value in variables.items() if not is_set_by_kubernetes(name, value or "")}
    if "port" in ours:
        ours.setdefault(f"{PREFIX}PORT".lower(), ours["port"])
    return ours


_PLAIN: dict[object, re.Pattern[str]] = {
    int: re.compile(r"[0-9]+"),
    float: re.compile(r"[0-9]+(?:\.[0-9]+)?(?:e-[0-9]+)?"),
    bool: re.compile(r"true|false", re.IGNORECASE),
}
"""How values of these types are written. Pydantic also takes `8_0`, `8.0`, ` 8 `, `1e3`, `yes` and others."""

_TILE_URL = re.compile(r"(?P<origin>https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)/[^\s\"'<>\\;,]*")
"""Matches the URL of tiles; its origin becomes a part of the Content-Security-Policy."""
_BRACED = re.compile(r"\{[^{}]*\}|[{}]")
_PLACEHOLDERS = ["{x}", "{y}", "{z}"]
_TILE_URL_RULE = (
    "must be an http or https URL with {z}, {x} and {y}, each once, such as https://tiles.example.org/{z}/{x}/{y}.png"
)

_Bytes = Annotated[int, Field(ge=0, le=2**40)]
_Timeout = Annotated[float, Field(gt=0, le=3600)]
_Age = Annotated[int, Field(ge=0, le=31_536_000)]


class Settings(BaseSettings):
    """The settings; set `CAMPAIGN_API_PORT=9000` in the environment for `port`, and so on."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="The address to listen on; `::` is every one, IPv4 too.")
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        description="The TCP port to listen on; 0 selects a free one. Without it, the variable `PORT` is used.",
    )
    workers: int = Field(1, ge=1, le=64, description="How many processes serve.")
    worker_timeout_seconds: int = Field(
        120,
        ge=1,
        le=3600,
        description=(
            "With several workers, how long one may take to start or to respond to their parent before it is replaced, "
            "seconds."
        ),
    )
    fast_path: bool = Field(
        True,
        description=(
            "Whether the server sends cached and quickly rendered responses without calling the application. The "
            "bytes are the same either way."
        ),
    )
    data: Path | None = Field(
        None,
        description="The database to serve; without it `output` is served, built first where missing or unfit.",
    )
    seeds: Path = Field(
        bundled_path("seeds"),
        description="The folder of the seeds, with `places.yaml` in it; by default the project's own, from any folder.",
    )
    output: Path = Field(Path(".data/campaigns.sqlite3"), description="Where `build` writes the database.")
    public_base_url: HttpUrl | None = Field(
        None,
        description=(
            "The URL that clients reach the service by, without a slash at the end; links are built from it. Without "
            "it they use the address that the server listens on; never the request's `Host`."
        ),
    )
    max_exports: int = Field(
        16,
        ge=1,
        le=1000,
        description="How many exports and snapshots a process sends at the same time; more are a 503.",
    )
    cache_bytes: _Bytes = Field(
        64 * 1024 * 1024, description="The memory of the response cache of a process, bytes; 0 caches nothing."
    )
    count_cache_bytes: _Bytes = Field(
        8 * 1024 * 1024,
        description=(
            "The memory of a process's cache of totals, facet counts and the SQL of lists, bytes; 0 caches nothing."
        ),
    )
    statement_cache_bytes: int = Field(
        64 * 1024 * 1024,
        ge=1024 * 1024,
        le=2**40,
        description="The memory of the prepared SQL statements of a process, bytes.",
    )
    max_connections: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description=(
            "How many connections a process has at the same time, fewer where the limit on file descriptors is lower. "
            "Another one replaces an idle one; where all are busy it gets a 503."
        ),
    )
    idle_timeout_seconds: _Timeout = Field(
        5, description="How long a connection may be idle between requests, seconds."
    )
    read_timeout_seconds: _Timeout = Field(
        10, description="How long a client may take to send one request, seconds; then a 408."
    )
    write_timeout_seconds: _Timeout = Field(
        20,
        description="How long a client may take to read the next 16 KiB of a response, or all that is left, seconds.",
    )
    unsent_bytes: _Bytes = Field(
        64 * 1024 * 1024,
        description="How many bytes of responses a process buffers for slow clients; beyond that it drops the slowest.",
    )
    max_limit: int = Field(200, ge=50, le=200, description="The largest page, records; bounds the parameter `limit`.")
    max_search_length: int = Field(200, ge=1, le=200, description="The longest search, characters.")
    max_values: int = Field(
        100,
        ge=1,
        le=100,
        description="How many times a parameter may be repeated, and so how many values a filter has.",
    )
    query_timeout_seconds: _Timeout = Field(
        5, description="How long a query may take, its time in the queue included, seconds; then a 503."
    )
    max_queued_queries: int = Field(
        100, ge=1, le=100_000, description="How many slow queries a process runs or queues; more are a 503."
    )
    shutdown_timeout_seconds: int = Field(
        30, ge=0, le=3600, description="How long responses may take to finish after SIGTERM, seconds."
    )
    access_log: bool = Field(
        False, description="Whether a line of JSON is written to standard output for each request."
    )
    max_age_seconds: _Age = Field(60, description="How long clients and proxies may cache a response, seconds.")
    stale_while_revalidate_seconds: _Age = Field(
        600, description="How long they may use it after that while they revalidate it, seconds."
    )

    tile_url: str | None = Field(
        None,
        description=(
            "The URL of a map's tiles, with `{z}`, `{x}` and `{y}`, to draw below the places of the explorer; without "
            "it the explorer draws the places alone and requests nothing from another host."
        ),
    )
    tile_attribution: str | None = Field(
        None, description="The credit that the tiles ask for; required with `tile_url`."
    )
    tile_datum: Literal["wgs84", "gcj02"] = Field(
        "wgs84", description="The datum of the tiles: `wgs84`, or `gcj02` for those of Chinese map services."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment alone."""
        assert isinstance(env_settings, EnvSettingsSource)  # noqa: S101 - by its documentation
        env_settings.env_vars = _ours(env_settings.env_vars)
        return init_settings, env_settings

    @field_validator("*", mode="before")
    @classmethod
    def _is_plain(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        plain = _PLAIN.get(cls.model_fields[info.field_name or ""].annotation)
        if plain is not None and plain.fullmatch(value) is None:
            raise PydanticCustomError("not_plain", "is written in another way")
        if value != value.strip():
            raise PydanticCustomError("padded", "must not begin or end with white space")
        return value

    @field_validator("public_base_url")
    @classmethod
    def _no_more_than_a_base(cls, url: HttpUrl | None) -> HttpUrl | None:
        if url is not None and (url.query or url.fragment or url.username):
            raise ValueError("has a query, a fragment or a user")
        return url

    @field_validator("tile_url")
    @classmethod
    def _is_tile_template(cls, url: str | None) -> str | None:
        if url is not None and (_TILE_URL.fullmatch(url) is None or sorted(_BRACED.findall(url)) != _PLACEHOLDERS):
            raise PydanticCustomError("tile_url", _TILE_URL_RULE)
        return url

    @field_validator("tile_attribution")
    @classmethod
    def _has_attribution(cls, attribution: str | None, info: ValidationInfo) -> str | None:
        # A template that is wrong is reported by itself, and is not among the data then.
        if attribution is None and info.data.get("tile_url") is not None:
            raise PydanticCustomError(
                "tile_attribution", "must be set with TILE_URL: the credit that the tiles ask for"
            )
        return attribution

    @property
    def tile_origin(self) -> str | None:
        """The scheme, the host and the port of the tiles; None without tiles."""
        found = self.tile_url and _TILE_URL.fullmatch(self.tile_url)
        return found["origin"] if found else None

    @cached_property
    def decoded_base_path(self) -> str:
        """The decoded path of the public base URL, without a slash at the end; empty if it has none."""
        url = self.public_base_url
        return unquote(url.path or "").rstrip("/") if url else ""
