"""Opening the database of a repository, and its transactions.

Several processes share the file: every runner and every front door. Readers take short
transactions and never keep a cursor open. Writers take ``BEGIN IMMEDIATE``, so that waiting for
a lock happens at the start, where SQLite's busy timeout works, and never in the middle.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ladder_tui.errors import StoreError
from ladder_tui.store.checkpoint import WAL_IDLE_BYTES, checkpoint, wal_bytes
from ladder_tui.store.failure import os_error, translated
from ladder_tui.store.migration import migrate, needs_migration

BUSY_TIMEOUT_S = 5.0
_PRIVATE = 0o600


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with Ladder's settings, in autocommit mode. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        # A connection is used by one thread; only closing may come from another.
        check_same_thread=False,
        cached_statements=256,
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # see store/checkpoint.py
    return connection


class Database:
    """An open database, with one connection per thread that uses it."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.is_read_only = read_only
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._is_closed = False

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the calling thread, opened at its first use."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._is_closed:
            connection = self._open()
        return connection

    def _open(self) -> sqlite3.Connection:
        if self._is_closed:
            raise StoreError(f"the database {self.path} was closed")
        connection = connect(self.path, read_only=self.is_read_only)
        with self._lock:
            self._connections.append(connection)
        self._local.connection = connection
        return connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A read transaction: one snapshot for all statements of the block. Keep it short.

        Raises StoreError.
        """
        with translated(self.path):
            connection = self.connection
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed at the end of the block, undone by an exception.

        Raises StoreError.
        """
        with translated(self.path):
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def check(self) -> list[str]:
        """Problems found by SQLite's quick check, which reads the whole file; empty when sound.

        Raises StoreError.
        """
        with self.read() as connection:
            rows = connection.execute("PRAGMA quick_check(20)").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def close(self) -> None:
        """Close every connection. No other thread may be using one."""
        with self._lock:
            connections, self._connections = self._connections, []
            self._is_closed = True
        for connection in connections:
            connection.close()


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """Open the database at ``path``, created and migrated unless ``read_only``.

    The file is private to the user (mode 0600), and so are SQLite's files beside it.
    Raises DatabaseNewerError, DatabaseCorruptError, or StoreError for a place that cannot be
    used (read-only directory, full disk, locked file, no file to read).
    """
    if read_only:
        _require_file(path)
    else:
        _create_private(path)
    database = Database(path, read_only=read_only)
    try:
        with translated(path):
            connection = database.connection
            if needs_migration(connection, path):
                _migrate_or_refuse(connection, path, read_only=read_only)
            if not read_only and wal_bytes(path) > WAL_IDLE_BYTES:
                checkpoint(connection, path)
    except BaseException:
        database.close()
        raise
    return database


class DatabaseCopy(Database):
    """A private copy to read from, gone when it is closed."""

    def close(self) -> None:
        """Close every connection and remove the copy."""
        super().close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


def open_copy(path: Path) -> Database:
    """Open a copy of the database at ``path``, an empty one where there is none.

    For reading where nothing can be written: in WAL mode SQLite writes beside the file even to
    read it. What others write later is not seen. Raises as ``open_database`` does.
    """
    with translated(path):
        copy = Path(tempfile.mkdtemp(prefix="ladder-")) / path.name
    try:
        with translated(path):
            for suffix in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        open_database(copy).close()
        return DatabaseCopy(copy)
    except BaseException:
        shutil.rmtree(copy.parent, ignore_errors=True)
        raise


def _migrate_or_refuse(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    if read_only:
        raise StoreError(
            f"{path} has an older schema and cannot be brought up to date read-only",
            next_step="open it once with write access, for example with `ladder runs list`",
        )
    migrate(connection, path)


def _require_file(path: Path) -> None:
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise os_error(path, error) from error
    if not is_file:
        raise StoreError(f"the database {path} cannot be used", why="it is not a file")


def _create_private(path: Path) -> None:
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:  # a file is where the directory should be
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE))
        except FileExistsError:
            # By path, never through a descriptor: closing one would drop SQLite's locks.
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                _make_private(path.with_name(name))
    except OSError as error:
        raise os_error(path, error) from error


def _make_private(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):  # another owner decides
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(_PRIVATE)
