"""A server that ends and starts again at the same address, or whose data are replaced."""

import os
import shutil
import signal
import socket
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.serving import UNTRACED, Server, running


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class Restartable:
    """A server of a copy of a database; it keeps its port."""

    def __init__(self, database: Path, folder: Path, *arguments: str) -> None:
        self.data = folder / "served.sqlite3"
        shutil.copyfile(database, self.data)
        self.port = free_port()
        self.arguments = arguments
        self.stack = ExitStack()
        self.server: Server | None = None

    @property
    def address(self) -> str:
        """Where it is, also while it is stopped."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it."""
        command = ("--port", str(self.port), "--data", str(self.data), *self.arguments)
        self.server = self.stack.enter_context(running(*command, cwd=self.data.parent, settings=UNTRACED))

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self.stack.close()

    def pause(self) -> None:
        """Let it accept connections and respond to nothing."""
        assert self.server is not None
        os.kill(self.server.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it respond again."""
        assert self.server is not None
        os.kill(self.server.pid, signal.SIGCONT)

    def replace_data(self, database: Path) -> None:
        """Serve another version of the data from now on."""
        beside = self.data.with_name(".coming")
        shutil.copyfile(database, beside)
        beside.replace(self.data)
        assert self.server is not None
        os.kill(self.server.pid, signal.SIGHUP)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
