"""Commands that run a subcommand offer what the command line does."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

from app.cli.export import export
from app.commands.command_lines import COMMANDS, _ask_file, export_files
from core.data.export_kinds import ExportKind

KINDS = get_args(ExportKind)


def test_the_window_exports_what_the_command_line_does() -> None:
    (command,) = (command for command in COMMANDS if command.id == "job.export")
    assert get_type_hints(export)["what"] == get_type_hints(export_files)["what"] == ExportKind
    assert sorted(entry.args["what"] for entry in command.entries) == sorted(KINDS)


def test_every_export_is_asked_for_and_run() -> None:
    ran: list[tuple[str, ...]] = []
    desk = SimpleNamespace(
        ask_folder=lambda title: Path("folder"), ask_file_to_write=lambda title, name, kinds: Path(name)
    )
    session = SimpleNamespace(
        project=SimpleNamespace(path=Path("P")), body_source="mine", compared_regressor="J_mine"
    )
    jobs = SimpleNamespace(run_command_line=lambda words, *, kind, title: ran.append(words))
    workspace: Any = SimpleNamespace(session=session, jobs=jobs, require_desk=lambda: desk)
    for what in KINDS:
        given = _ask_file(workspace, {"what": what})
        assert given is not None
        export_files(workspace, **given)
    assert [words[2] for words in ran] == list(KINDS)
    of_shown = {words[2] for words in ran if words[-2:] == ("--source", "mine")}
    assert of_shown == {"bodies", "spin-npz", "humandata", "neural-annot"}
    assert {words[4] for words in ran if words[2] in ("figures", "neural-annot")} == {"folder"}
