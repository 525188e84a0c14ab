"""Keep feedback in an SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.web.hooks.feedback import Feedback

__all__ = ["FeedbackStore"]

_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    card TEXT NOT NULL,
    outcome TEXT NOT NULL,
    outcome_timestamp TEXT NOT NULL,
    accepted_suggestions TEXT NOT NULL,
    reason_system TEXT,
    reason_code TEXT,
    comment TEXT
)
"""

_INSERT = """
INSERT INTO feedback
    (service, card, outcome, outcome_timestamp, accepted_suggestions, reason_system, reason_code, comment)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class FeedbackStore:
    """Keeps feedback: a request is one transaction, and is on the disk before it is answered.

    Raises `InputError` (CKB102) if the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=FULL")
            self._file.execute(_TABLE)
        except sqlite3.Error as error:
            raise InputError((Problem("CKB102", f"feedback cannot be kept in {path}: {error}"),)) from None

    def add(self, service: str, items: Sequence[Feedback]) -> None:
        """Write all items, or none."""
        rows = [
            (
                service,
                one.card,
                one.outcome,
                one.time,
                msgspec.json.encode(one.accepted).decode(),
                one.reason_system,
                one.reason_code,
                one.comment,
            )
            for one in items
        ]
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                self._file.executemany(_INSERT, rows)
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()
