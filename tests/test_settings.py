"""Settings: every mistake is reported at the start, in one line that names the setting, and nothing is served."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from app.__main__ import main
from app.settings import Settings
from tests.conftest import ROOT

Refusal = Callable[..., tuple[int, list[str]]]

PORT = "must be a whole number from 0 to 65535 (it is '{}')"
BASE = "must be an http or https URL such as https://data.example.org/api, without a query or a user (it is {})"
TILES = (
    "must be an http or https URL with {{z}}, {{x}} and {{y}}, each once, such as "
    "https://tiles.example.org/{{z}}/{{x}}/{{y}}.png (it is {})"
)
UNPRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def started(settings: Mapping[str, str], command: Sequence[str]) -> tuple[int, list[str]]:
    """Start the service behind another command; returns its exit status and its lines on standard error."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_API_")}
    result = subprocess.run(
        [*command, sys.executable, "-m", "app"],
        cwd=ROOT,
        env=inherited | {f"CAMPAIGN_API_{name}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout == ""
    return result.returncode, result.stderr.splitlines()


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `CAMPAIGN_API_(\w+)` \| `?(.*?)`? \| (.*?) \| (.*) \|$", readme, re.MULTILINE)
    properties = Settings.model_json_schema()["properties"]
    assert rows == [
        (name.upper(), _default(field.default), _values(properties[name]), field.description)
        for name, field in Settings.model_fields.items()
    ]


def _default(default: object) -> str:
    match default:
        case None:
            return "none"
        case bool():
            return str(default).lower()
        case Path():
            return str(default.relative_to(ROOT) if default.is_absolute() else default)
        case _:
            return str(default)


def _values(schema: dict[str, Any]) -> str:
    match schema:
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"{least} to {most}"
        case {"type": "number", "exclusiveMinimum": less, "maximum": most}:
            return f"above {less:g}, to {most:g}"
        case {"type": "boolean"}:
            return "`true`, `false`"
        case {"anyOf": [{"format": "uri"}, *_]}:
            return "an address of http or https"
        case {"enum": [*values]}:
            return ", ".join(f"`{value}`" for value in values)
        case {"title": "Tile Url"}:
            return "an address of tiles"
        case {"title": "Tile Attribution"}:
            return "a text"
        case {"format": "path"} | {"anyOf": [{"format": "path"}, *_]}:
            return "a path"
        case _:
            return "a name or an address"


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        *(
            ("PORT", value, PORT.format(value))
            for value in ("abc", "-1", "65536", "80.5", "1e3", "0x50", "８０", "8_1", " 81", "81 ", "+81", "81.0")
        ),
        ("WORKERS", "0", "must be a whole number from 1 to 64 (it is '0')"),
        ("MAX_EXPORTS", "1001", "must be a whole number from 1 to 1000 (it is '1001')"),
        ("CACHE_BYTES", "64MB", "must be a whole number from 0 to 1099511627776 (it is '64MB')"),
        ("MAX_AGE_SECONDS", "-1", "must be a whole number from 0 to 31536000 (it is '-1')"),
        *(
            ("IDLE_TIMEOUT_SECONDS", value, f"must be a number above 0 and at most 3600 (it is '{value}')")
            for value in ("0", "nan", "1h", "1e3", "1_0", "+1", " 1", ".5", "inf")
        ),
        *(
            (name, value, f"must be true or false (it is '{value}')")
            for name, value in (
                ("ACCESS_LOG", "maybe"),
                ("FAST_PATH", "yes"),
                ("FAST_PATH", "1"),
                ("FAST_PATH", "true "),
            )
        ),
        *(
            (name, value, f"must not begin or end with white space (it is '{value}')")
            for name, value in (("HOST", " ::1"), ("HOST", " "), ("DATA", "x "), ("SEEDS", " x"), ("OUTPUT", " x"))
        ),
        *(
            ("PUBLIC_BASE_URL", value, BASE.format(repr(value)))
            for value in (
                "example",
                "ftp://example.org",
                "https://example.org?x",
                "https://me@example.org",
                "//x",
                "x\ny",
                " https://example.org",
            )
        ),
        *(
            ("TILE_URL", value, TILES.format(repr(value)))
            for value in (
                "https://tiles.example.org/{z}/{x}.png",
                "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
                "https://{s}.example.org/{z}/{x}/{y}.png",
                "https://tiles.example.org/{z}/{x}/{y}/{s}.png",
                "https://tiles.example.org/{z}/{x}/{y}}.png",
                "ftp://tiles.example.org/{z}/{x}/{y}.png",
                "//tiles.example.org/{z}/{x}/{y}.png",
                "https://tiles.example.org; script-src *//{z}/{x}/{y}.png",
                "https://tiles.example.org/{z}/{x}/{y}.png; script-src *",
            )
        ),
        ("TILE_DATUM", "bd09", "must be wgs84 or gcj02 (it is 'bd09')"),
    ],
)
def test_a_wrong_value_is_one_line(
    variable: str, value: str, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CAMPAIGN_API_{variable}", value)
    assert main([]) == 2
    assert capsys.readouterr().err == f"CAMPAIGN_API_{variable}: {message}\n"


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("CAMPAIGN_API_PROT", "CAMPAIGN_API_PORT"),
        ("CAMPAIGN_API_WORKER", "CAMPAIGN_API_WORKERS"),
        ("CAMPAIGN_API_CACHED_BYTES", "CAMPAIGN_API_CACHE_BYTES"),
        ("CAMPAIGN_API_BASE_URL", "CAMPAIGN_API_PUBLIC_BASE_URL"),
        ("campaign_api_log", "CAMPAIGN_API_ACCESS_LOG"),
        ("CAMPAIGN_API_DATA_", "CAMPAIGN_API_DATA"),
    ],
)
@pytest.mark.parametrize("value", ["1", ""])
def test_an_unknown_setting_is_one_line(
    variable: str, nearest: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert main([]) == 2
    assert capsys.readouterr().err == f"{variable}: there is no such setting; the nearest is {nearest}\n"


def test_an_unknown_setting_without_a_similar_one_is_refused_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_", "1")
    monkeypatch.setenv("CAMPAIGN_API_ZZZ", "1")
    assert main([]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "CAMPAIGN_API_: there is no such setting"
    assert second == "CAMPAIGN_API_ZZZ: there is no such setting"


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Refusal:
    """Runs the command in this process, with settings that it must refuse."""

    def run(**settings: str) -> tuple[int, list[str]]:
        for name, value in settings.items():
            monkeypatch.setenv(f"CAMPAIGN_API_{name}", value)
        status = main([])
        out, err = capfd.readouterr()
        assert out == ""
        return status, err.splitlines()

    return run


def test_tiles_need_their_attribution(refused: Refusal) -> None:
    needed = "CAMPAIGN_API_TILE_ATTRIBUTION: must be set with TILE_URL: the credit that the tiles ask for"
    assert refused(TILE_URL="https://tiles.example.org/{z}/{x}/{y}.png?key=1") == (2, [needed])


def test_every_mistake_is_reported_at_once(refused: Refusal) -> None:
    assert refused(PORT="x", WORKERS="65", ACCESS_LOG="2", SEED="seeds") == (
        2,
        [
            "CAMPAIGN_API_SEED: there is no such setting; the nearest is CAMPAIGN_API_SEEDS",
            f"CAMPAIGN_API_PORT: {PORT.format('x')}",
            "CAMPAIGN_API_WORKERS: must be a whole number from 1 to 64 (it is '65')",
            "CAMPAIGN_API_ACCESS_LOG: must be true or false (it is '2')",
        ],
    )


def test_a_variable_is_named_as_it_was_set(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Campaign_Api_Port", "x")
    assert main([]) == 2
    assert capsys.readouterr().err == f"Campaign_Api_Port: {PORT.format('x')}\n"


@pytest.mark.parametrize(
    ("variables", "port"),
    [
        ({}, 8000),
        ({"PORT": "9001"}, 9001),
        ({"PORT": "9001", "CAMPAIGN_API_PORT": "9002"}, 9002),
        ({"PORT": "9001", "CAMPAIGN_API_PORT": ""}, 9001),
        ({"PORT": "9001", "CAMPAIGN_API_PORT": "tcp://10.0.0.1:80"}, 9001),
        ({"PORT": ""}, 8000),
    ],
)
def test_the_port_of_a_platform_counts_where_ours_is_not_set(
    variables: dict[str, str], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PORT", "CAMPAIGN_API_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Settings().port == port
    assert Settings(port=9).port == 9


def test_a_wrong_port_of_a_platform_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAMPAIGN_API_PORT", raising=False)
    monkeypatch.setenv("PORT", "http")
    assert main([]) == 2
    assert capsys.readouterr().err == f"PORT: {PORT.format('http')}\n"


@pytest.mark.parametrize("value", ["true", "TRUE", "False"])
def test_the_case_of_true_and_false_is_free(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_API_FAST_PATH", value)
    assert Settings().fast_path is (value.lower() == "true")


def test_the_settings_of_a_worker_are_those_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        access_log=True,
        idle_timeout_seconds=0.00001,
        data=Path("x"),
        public_base_url=HttpUrl("https://example.org/api"),
    )
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        monkeypatch.setenv(f"CAMPAIGN_API_{name.upper()}", str(value))
    assert Settings() == settings


KUBERNETES = {
    "SERVICE_HOST": "10.0.0.1",
    "SERVICE_PORT": "80",
    "SERVICE_PORT_HTTP": "80",
    "PORT": "tcp://10.0.0.1:80",
    "PORT_80_TCP": "tcp://10.0.0.1:80",
    "PORT_80_TCP_PROTO": "tcp",
    "PORT_80_TCP_PORT": "80",
    "PORT_80_TCP_ADDR": "10.0.0.1",
    # Another service, campaign-api-data.
    "DATA_SERVICE_HOST": "10.0.0.2",
    "DATA_PORT": "udp://[fd00::2]:53",
    "DATA_PORT_53_UDP_ADDR": "fd00::2",
}
"""What Kubernetes sets in a pod, without the prefix: kubernetes.io, "Services", "Environment variables"."""


def test_variables_of_kubernetes_are_ignored_with_a_warning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in KUBERNETES.items():
        monkeypatch.setenv(f"CAMPAIGN_API_{name}", value)
    assert Settings().port == 8000
    assert main(["serve", "--port", "0", "--data", "/nowhere/data.sqlite3"]) == 1
    warning, fault = capsys.readouterr().err.splitlines()
    names, _, text = warning.partition(": ")
    assert names.split(", ") == sorted(f"CAMPAIGN_API_{name}" for name in KUBERNETES)
    assert text == "ignored, as Kubernetes sets this for a service; see enableServiceLinks"
    assert fault.startswith("/nowhere/data.sqlite3: ")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "tcp:10.0.0.1"),
        ("PORT", "http://10.0.0.1:80"),
        ("HTTP_PORT", "80"),
        ("PORT_80", "80"),
        ("PORT_80_TCP_NAME", "x"),
        ("SERVICE", "x"),
    ],
)
def test_variables_that_only_resemble_those_of_kubernetes_are_wrong(
    variable: str, value: str, refused: Refusal
) -> None:
    status, (line,) = refused(**{variable: value})
    assert status == 2
    assert line.startswith(f"CAMPAIGN_API_{variable}: ")


def test_an_empty_variable_is_not_set(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_API_PORT", "")
    monkeypatch.setenv("CAMPAIGN_API_WORKERS", "x")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("CAMPAIGN_API_WORKERS: ")


# Mistakes that depend on the machine.


def test_a_port_in_use_is_one_line(refused: Refusal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        message = f"CAMPAIGN_API_PORT: {port} at 127.0.0.1 is in use; use another, or 0 for a free one"
        assert refused(PORT=str(port), WORKERS="2") == (1, [message])


def test_an_address_of_another_machine_is_one_line(refused: Refusal) -> None:
    message = "CAMPAIGN_API_HOST: 192.0.2.1 is not an address of this machine; 0.0.0.0 means all of them"
    assert refused(HOST="192.0.2.1", PORT="0") == (1, [message])


def test_an_invalid_address_is_one_line(refused: Refusal) -> None:
    status, (line,) = refused(HOST="127.0.0.1:8000", PORT="0")
    assert status == 1
    assert line.startswith("CAMPAIGN_API_HOST: '127.0.0.1:8000' cannot be listened on: ")


@pytest.mark.slow
@pytest.mark.skipif(
    not UNPRIVILEGED.exists() or int(UNPRIVILEGED.read_text()) <= 80 or not Path("/usr/bin/setpriv").exists(),
    reason="no port needs a privilege here, or none can be given up",
)
def test_a_port_that_needs_a_privilege_is_one_line() -> None:
    without = ("/usr/bin/setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service")
    command = without if os.geteuid() == 0 else ()
    message = "CAMPAIGN_API_PORT: 80 is reserved for root; use one from 1024 to 65535, or 0 for a free one"
    assert started({"PORT": "80"}, command) == (1, [message])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"DATA": "/nowhere/data.sqlite3"}, "/nowhere/data.sqlite3: there is no such file; "),
        pytest.param(
            {"SEEDS": "/nowhere", "OUTPUT": "/nowhere/x"},
            "/nowhere:1:1: (folder): is not a folder; ",
            marks=pytest.mark.slow,  # a build reports it, in a process of its own
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_one_line(refused: Refusal, settings: dict[str, str], message: str) -> None:
    status, lines = refused(PORT="0", **settings)
    assert status == 1
    # A build logs a line before it, and the number of faults after it.
    assert len([line for line in lines if line.startswith(message)]) == 1
    assert len(lines) <= 3


@pytest.mark.slow
def test_a_log_that_has_nowhere_to_go_is_one_line() -> None:
    closed = ("/bin/sh", "-c", 'exec "$@" >&-', "sh")
    message = "CAMPAIGN_API_ACCESS_LOG: standard output is closed, and there is nothing to write to"
    assert started({"ACCESS_LOG": "true", "PORT": "0"}, closed) == (1, [message])
