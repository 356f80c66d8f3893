"""Every server that is measured, each started as whoever knows it would start it for speed."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.asking import Answer
from tests.benchmarks.processes import ALL_CORES, SERVER_CORE, Server, free_port, running
from tests.benchmarks.tools import Tools

NOT_KEPT = {"CAMPAIGN_API_KEPT_BYTES": "0"}
"""The setting by which our server keeps no answers, and makes each anew."""

# What the servers add by themselves, or must be another in every answer.
_OWN_HEADERS = ("date", "server", "connection", "x-request-id")
_DATASETTE_SETTINGS = {
    "sql_time_limit_ms": "60000",
    "max_returned_rows": "1000",
    "suggest_facets": "off",
    "allow_download": "off",
}
_SEARCHED_BY = {"databases": {"peers": {"tables": {"events": {"fts_table": "events_fts", "fts_pk": "number"}}}}}


@dataclass(frozen=True)
class Servers:
    """Starts servers, with what they need to have in a folder."""

    folder: Path
    tools: Tools

    def ours(
        self, data: Path, settings: Mapping[str, str] | None = None, *, cores: str = SERVER_CORE
    ) -> AbstractContextManager[Server]:
        """Serve one of our snapshots."""
        port = free_port()
        command = [sys.executable, "-m", "app", "--port", str(port), "--data", str(data)]
        return self._running("ours", command, port, "/v1/events?limit=1", cores=cores, environment=settings)

    def bare(self, answers: Sequence[Answer]) -> AbstractContextManager[Server]:
        """Send answers as they are, the first at `/0`, by a bare function on uvicorn."""
        file = self.folder / "bare.json"
        sent = {
            f"/{number}": (answer.status, kept_headers(answer), base64.b64encode(answer.body).decode())
            for number, answer in enumerate(answers)
        }
        sent["/"] = (200, [], "")
        file.write_text(json.dumps(sent), encoding="utf-8")
        environment = {"BARE_ANSWERS": str(file)}
        return self._uvicorn("bare", "tests.benchmarks.bare:app", environment=environment)

    def empty(self) -> AbstractContextManager[Server]:
        """Serve the empty application."""
        return self._uvicorn("empty", "tests.benchmarks.empty:app", cores=ALL_CORES)

    def textbook(self, data: Path) -> AbstractContextManager[Server]:
        """Serve a peers' database by the textbook's application."""
        environment = {"TEXTBOOK_DATABASE": str(data)}
        return self._uvicorn("textbook", "tests.benchmarks.textbook:app", "/events?limit=1", environment=environment)

    def datasette(self, data: Path) -> AbstractContextManager[Server]:
        """Serve a peers' database by Datasette, as the immutable file that it is, its rows counted beforehand."""
        folder = self.folder / "serving"
        folder.mkdir(exist_ok=True)
        database, counts, metadata = folder / "peers.db", folder / "counts.json", folder / "metadata.json"
        # Datasette names a database by its file.
        database.unlink(missing_ok=True)
        database.symlink_to(data.resolve())
        metadata.write_text(json.dumps(_SEARCHED_BY), encoding="utf-8")
        subprocess.run(
            [self.tools.datasette, "inspect", str(database), "--inspect-file", str(counts)],
            check=True,
            capture_output=True,
            timeout=600,
        )
        # Its access log cannot be turned off; a line of it is a fiftieth or so of what an answer takes.
        port = free_port()
        settings = [word for name, value in _DATASETTE_SETTINGS.items() for word in ("--setting", name, value)]
        command = [
            *(self.tools.datasette, "serve", "--immutable", str(database), "--inspect-file", str(counts)),
            *("--metadata", str(metadata), "--port", str(port), *settings),
        ]
        return self._running("datasette", command, port, "/peers.json")

    def nginx(self, answers: Sequence[Answer]) -> AbstractContextManager[Server]:
        """Send answers as static files, the first at `/0`, by nginx with the same headers."""
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        port = free_port()
        (folder / "ready").write_text("ready", encoding="utf-8")
        places = [f"location = /ready {{ alias {folder}/ready; }}"]
        for number, answer in enumerate(answers):
            (folder / str(number)).write_bytes(answer.body)
            headers = [(name, value) for name, value in kept_headers(answer) if name.lower() not in _OF_A_FILE]
            quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for _, value in headers)
            added = "".join(f'add_header {name} "{value}"; ' for (name, _), value in zip(headers, quoted, strict=True))
            content_type = next(value for name, value in answer.headers if name.lower() == "content-type")
            places.append(f'location = /{number} {{ alias {folder}/{number}; default_type "{content_type}"; {added}}}')
        configuration = folder / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=port, places="\n".join(places)), encoding="utf-8")
        if os.geteuid() == 0:
            # As anyone else the worker might not be let into the folder.
            configuration.write_text(f"user root;\n{configuration.read_text(encoding='utf-8')}", encoding="utf-8")
        command = [self.tools.nginx, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "errors.log")]
        return self._running("nginx", command, port, "/ready")

    def _uvicorn(
        self,
        name: str,
        app: str,
        ready: str = "/",
        *,
        cores: str = SERVER_CORE,
        environment: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Server]:
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--no-access-log", "--no-server-header"]
        command += ["--loop", "uvloop", "--http", "httptools", "--lifespan", "off", "--log-level", "warning"]
        return self._running(name, command, port, ready, cores=cores, environment=environment)

    def _running(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        ready: str,
        *,
        cores: str = SERVER_CORE,
        environment: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Server]:
        log = self.folder / f"{name}.log"
        return running(command, port, log=log, ready=ready, cores=cores, environment=environment)


def kept_headers(answer: Answer) -> list[tuple[str, str]]:
    """Give an answer's headers without those that a server makes anew for each."""
    return [(name, value) for name, value in answer.headers if name.lower() not in _OWN_HEADERS] + [
        ("x-request-id", "0123456789abcdef")
    ]


_OF_A_FILE = ("content-type", "content-length")
_NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    etag off;
    keepalive_requests 100000000;
    open_file_cache max=100;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
{places}
    }}
}}
"""
