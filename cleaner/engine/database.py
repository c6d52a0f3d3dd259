"""The database of a run: one, which every thread that asks speaks to by a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, local
from typing import TYPE_CHECKING

from cleaner.engine.base import EngineError

if TYPE_CHECKING:
    import duckdb

LEAST_SQL_MEBIBYTES = 256
"""What the database gets at least: with 128 the evidence of 3,000 documents could not be joined, whatever spilled."""


class Database:
    """DuckDB, which spills below a folder.  It starts when it is asked first."""

    def __init__(self, spill: Path, memory_bytes: int, threads: int) -> None:
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{max(memory_bytes >> 20, LEAST_SQL_MEBIBYTES)}MiB",
            "threads": threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
        self._connections: list[duckdb.DuckDBPyConnection] = []
        self._of_thread = local()
        self._asking = Condition()
        self._askers = 0
        self._kept = self._ended = False

    def run(self, query: str) -> duckdb.DuckDBPyConnection:
        """Run a query on the connection of this thread; raise EngineError where there is no room for it."""
        import duckdb

        try:
            return self._run(query)
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            advice = "what was done is kept; free space or raise --memory, and run the same command again"
            raise EngineError(f"{str(error).splitlines()[0]}; {advice}") from error

    @contextmanager
    def order(self, *, kept: bool) -> Iterator[None]:
        """Keep the order of sorted streams, or not; wait for other threads that ask for the contrary.

        The setting is one of the whole database.  Order is kept only when that is told (seen to break it off with 2
        threads in 2.0.0), and row groups are cut by size only where it is not.
        """
        with self._asking:
            self._asking.wait_for(lambda: self._ended or not self._askers or self._kept == kept)
            self._run(f"SET preserve_insertion_order = {kept}")
            self._kept = kept
            self._askers += 1
        try:
            yield
        finally:
            with self._asking:
                self._askers -= 1
                self._asking.notify_all()

    def break_off(self) -> None:
        """Break off what is asked by whichever thread, and answer nothing more."""
        with self._asking:
            self._ended = True
            for connection in self._connections:
                connection.interrupt()
            self._asking.notify_all()

    def close(self) -> None:
        """Let go of everything, once no other thread asks any more."""
        for connection in self._connections:
            connection.close()
        self._connections = []

    def _run(self, query: str) -> duckdb.DuckDBPyConnection:
        if self._ended:
            raise EngineError("the run was broken off")
        return self._connection().execute(query)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        own: duckdb.DuckDBPyConnection | None = getattr(self._of_thread, "connection", None)
        if own is None:
            own = self._of_thread.connection = self._connected()
        return own

    def _connected(self) -> duckdb.DuckDBPyConnection:
        """Return a new connection; the first one starts the database."""
        import duckdb

        with self._asking:
            connection = self._connections[0].cursor() if self._connections else duckdb.connect(config=self._config)
            connection.execute("SET enable_progress_bar = false")  # no setting that connect would take
            # A table made anew keeps its path, and what is cached of the old one within a second was read as the new.
            connection.execute("SET enable_external_file_cache = false")
            self._connections.append(connection)
        return connection
