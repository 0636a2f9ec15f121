"""Which key runs which entry: the registry's own keys, and those that a person put in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.commands.command import Command, Entry
from core.errors import SettingsError

#: Modifiers in the order in which keys are spelled.
MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")


class KeyMap:
    """Keys by name of entry, such as ``layer.toggle:mask``.

    Args:
        entries: of every command.
        changed: called when a key has changed.

    Attributes:
        own: keys that a person chose, by name of entry; an empty one takes the entry's key away.
    """

    def __init__(
        self, entries: Iterable[tuple[Command, Entry]], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._entries = {command.id + entry.suffix: entry for command, entry in entries}
        self._changed = changed
        self.own: dict[str, str] = {}

    def key_of(self, name: str) -> str:
        """The key of an entry, or empty."""
        return self.own.get(name, self._entries[name].key)

    def title_of(self, name: str) -> str:
        """What a person reads."""
        return self._entries[name].title

    def owner_of(self, key: str) -> str | None:
        """Name of the entry that a key runs; None for a free one."""
        wanted = spell_key(key)
        return next(
            (name for name in self._entries if wanted and spell_key(self.key_of(name)) == wanted), None
        )

    def set_key(self, name: str, key: str, *, take: bool = False) -> None:
        """Give an entry another key, or none.

        Args:
            name: of the entry.
            key: such as ``Ctrl+Z``, or empty.
            take: take the key away from the entry that has it.

        Raises:
            SettingsError: there is no such entry, or the key runs another one.
        """
        self._check(name)
        owner = self.owner_of(key)
        if owner is not None and owner != name:
            if not take:
                raise SettingsError(
                    f"{spell_key(key)} runs {self.title_of(owner)} already; take it from there first"
                )
            self.own[owner] = ""
        self.own[name] = spell_key(key)
        if self.own[name] == spell_key(self._entries[name].key):
            del self.own[name]
        self._changed()

    def reset(self, name: str | None = None) -> None:
        """Give an entry, or all, the registry's own keys; one that is taken meanwhile goes back with it."""
        if name is None:
            self.own.clear()
        else:
            self._check(name)
            self.own.pop(name, None)
            key = spell_key(self._entries[name].key)
            for other, chosen in list(self.own.items()):
                if key and chosen == key:
                    del self.own[other]
        self._changed()

    def restore(self, own: Mapping[str, str]) -> None:
        """Take over keys that were chosen before; those of entries that are gone are left out."""
        self.own = {name: key for name, key in own.items() if name in self._entries}
        self._changed()

    def _check(self, name: str) -> None:
        if name not in self._entries:
            raise SettingsError(f"{name!r} is no entry of a command; there are {', '.join(self._entries)}")


def spell_key(key: str) -> str:
    """One spelling a key: ``shift+ctrl+z`` -> ``Ctrl+Shift+Z``."""
    parts = [part.strip() for part in key.replace("++", "+Plus").split("+") if part.strip()]
    named = {part.capitalize() for part in parts[:-1]}
    last = [part[:1].upper() + part[1:] for part in parts[-1:]]
    return "+".join([modifier for modifier in MODIFIERS if modifier in named] + last)
