"""The reference of the window's commands, from their registry."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import groupby

from app.commands.arguments import Arguments
from app.commands.catalogue import COMMANDS
from app.commands.command import Command

_INTRODUCTION = """\
Every action of the window is a command with an id and JSON arguments. It stands in a menu, has a key, or is
found in the palette (`Ctrl+Shift+P`); keys can be changed in *Window, Keys…* (`Ctrl+K`). A script is one
command a line, and `python main.py inspect PROJECT --replay script.jsonl` runs it:

```json
{"command": "frame.go", "args": {"key": "S5/Walking-1/54138969/000001"}}
{"command": "term.toggle", "args": {"term": "silhouette"}}
{"command": "optimize.step", "args": {"n": 20}}
{"command": "wait", "args": {"for": "idle", "timeout_s": 60}}
```

*File, Save what was done as a script…* (`Ctrl+Shift+S`) writes the session so far. It begins with what the window
brought back of the session before (frame, preset, views, bodies, joint) and names what each command meant: the
finding that was accepted, the run that was audited. Entries that end in … ask a person first; scripts never ask, and
what their arguments leave open is taken from what is shown.
"""


def describe_commands() -> str:
    """The page, as Markdown."""
    parts = ["# The window's commands\n", _INTRODUCTION]
    ordered = sorted(COMMANDS, key=_group)  # stable: the catalogue's order within a group
    for group, commands in groupby(ordered, key=_group):
        parts.append(f"## {group}\n")
        parts += [part for command in commands for part in _describe(command)]
    return "\n".join(parts)


def _group(command: Command) -> str:
    return command.id.partition(".")[0]


def _describe(command: Command) -> Iterator[str]:
    yield f"### `{command.id}`\n"
    yield f"{inspect.getdoc(command.function) or command.title}\n".split("\nArgs:")[0].strip() + "\n"
    arguments = str(Arguments(command.id, command.function))
    if arguments != "no arguments":
        yield f"Arguments: `{arguments}`\n"
    shown = [entry for entry in command.entries if entry.menu or entry.key]
    if shown:
        yield "| menu | entry | key |\n| --- | --- | --- |"
        yield (
            "\n".join(
                f"| {entry.menu} | {entry.title} | {f'`{entry.key}`' if entry.key else ''} |"
                for entry in shown
            )
            + "\n"
        )
