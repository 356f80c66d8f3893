"""The real command: a real process, a real uvicorn, a real socket."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.serving import served


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


def test_one_command_builds_and_serves(tmp_path: Path) -> None:
    with served(cwd=tmp_path) as address:
        page = httpx.get(f"{address}/v1/events?limit=1").json()
        assert page["meta"]["total"] == 13
        assert page["links"]["self"] == f"{address}/v1/events?limit=1"
        assert (
            httpx.get(page["links"]["next"], headers={"Host": "evil.example"})
            .json()["links"]["self"]
            .startswith(address)
        )
        assert [path.name for path in (tmp_path / ".data").iterdir()] == ["campaigns.sqlite3"]
    built = tmp_path / ".data" / "campaigns.sqlite3"
    before = built.stat().st_mtime_ns
    with served(cwd=tmp_path) as address:
        assert httpx.get(f"{address}/v1/events").status_code == 200
    assert built.stat().st_mtime_ns == before


def test_cursors_survive_a_restart(tianshui_snapshot: Path, tmp_path: Path) -> None:
    with served("--data", str(tianshui_snapshot), cwd=tmp_path) as address:
        following = httpx.get(f"{address}/v1/events?limit=4").json()["links"]["next"]
        expected = httpx.get(following).json()["data"]
    query = following.partition("?")[2]
    with served("--data", str(tianshui_snapshot), "--workers", "2", cwd=tmp_path) as address:
        assert httpx.get(f"{address}/v1/events?{query}").json()["data"] == expected


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_a_named_file_that_is_no_snapshot_is_one_line(content: bytes | None, tmp_path: Path) -> None:
    named = tmp_path / "named.sqlite3"
    if content is not None:
        named.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    result = run("serve", "--data", "named.sqlite3", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("named.sqlite3: ")
    assert sorted(tmp_path.iterdir()) == before
    assert content is None or named.read_bytes() == content


def test_what_is_not_ours_is_never_overwritten(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("nobody else has this")
    for arguments in (("build", "--output", "precious.txt"), ("serve", "--output", "precious.txt")):
        result = run(*arguments, cwd=tmp_path)
        assert result.returncode == 1
        assert "precious.txt: is not a snapshot" in result.stderr
    assert precious.read_text() == "nobody else has this"
    assert list(tmp_path.iterdir()) == [precious]


def test_a_damaged_snapshot_of_ours_is_built_anew(tianshui_snapshot: Path, tmp_path: Path) -> None:
    output = tmp_path / "own.sqlite3"
    output.write_bytes(tianshui_snapshot.read_bytes()[:5000])
    with served("--output", str(output), cwd=tmp_path) as address:
        assert httpx.get(f"{address}/v1/events").json()["meta"]["total"] == 13


def test_head_and_errors_over_the_wire(tianshui_snapshot: Path, tmp_path: Path) -> None:
    with served("--data", str(tianshui_snapshot), cwd=tmp_path) as address, httpx.Client(base_url=address) as client:
        head = client.head("/v1/events", headers={"Accept-Encoding": "br"})
        got = client.get("/v1/events", headers={"Accept-Encoding": "br"})
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.headers["etag"] == got.headers["etag"]
        assert head.content == b""
        assert client.post("/v1/events", content=b"x" * 1000).status_code == 405
        assert client.get("/v1/events?limit=x").status_code == 422
        assert "server" not in got.headers
        assert got.headers["date"]


def test_misuse_is_told(tmp_path: Path) -> None:
    assert run("serv", cwd=tmp_path).returncode == 2
    assert run("--prot", "1", cwd=tmp_path).returncode == 2
    wrong = run("--port", "99999", "--workers", "0", cwd=tmp_path)
    assert wrong.returncode == 1
    assert wrong.stderr.splitlines() == [
        "--port: Input should be less than or equal to 65535 (it is 99999)",
        "--workers: Input should be greater than or equal to 1 (it is 0)",
    ]
    assert "COMMAND" in run("--help", cwd=tmp_path).stdout
    assert run("--version", cwd=ROOT).stdout.startswith("campaign-api 1.")
