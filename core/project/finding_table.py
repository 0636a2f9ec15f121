"""The findings of a project's last audit, in rank order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from core.errors import ProjectError
from core.project.finding import Finding


def read_findings(connection: sqlite3.Connection) -> list[Finding]:
    """The findings of the last audit, in rank order."""
    rows = connection.execute("SELECT content FROM findings ORDER BY rank")
    return [Finding.from_dict(json.loads(content)) for (content,) in rows]


def read_finding(connection: sqlite3.Connection, finding_id: str) -> Finding:
    """One finding; ProjectError if the last audit made none of that id."""
    row = connection.execute("SELECT content FROM findings WHERE id = ?", (finding_id,)).fetchone()
    if row is None:
        raise ProjectError(f"{finding_id!r} is no finding of the project's last audit; audit lists them")
    return Finding.from_dict(json.loads(row[0]))


def write_findings(
    connection: sqlite3.Connection, findings: Iterable[Finding], provenance: dict[str, Any]
) -> None:
    """Replace the findings by those of a new audit; reviews stay.

    Args:
        connection: within a transaction.
        findings: in rank order.
        provenance: what the audit was made from.
    """
    connection.execute("DELETE FROM findings")
    connection.executemany(
        "INSERT INTO findings VALUES (?, ?, ?)",
        (
            (rank, finding.id, json.dumps(finding.to_dict(), allow_nan=False))
            for rank, finding in enumerate(findings)
        ),
    )
    connection.execute("INSERT INTO audits (provenance) VALUES (?)", (json.dumps(provenance),))


def read_audit_provenance(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """What the last audit was made from; None where there was none."""
    row = connection.execute("SELECT provenance FROM audits ORDER BY position DESC LIMIT 1").fetchone()
    return None if row is None else json.loads(row[0])
