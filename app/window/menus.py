"""Menus, tool bar and keys, all from the registry of commands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QToolBar

from app.commands.command import Command, Entry
from app.commands.registry import CommandRegistry
from app.session.changes import Change
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import NAMES, icon
from app.theme.spacing import ICON

MENUS = ("Edit", "Frame", "View", "Optimise", "Regressors")
_CHECKED_BY = Change.LAYERS | Change.CAMERA_VIEW | Change.TERMS | Change.THEME | Change.PLAYBACK


class Menus:
    """One action an entry of a command; menus and tool bar share them.

    Args:
        window: gets the menus, the tool bar and the keys.
        session: tells which entries are on.
        commands: the registry.
    """

    def __init__(self, window: QMainWindow, session: Session, commands: CommandRegistry) -> None:
        self._window = window
        self._session = session
        self._invoke = commands.invoke
        self.actions: dict[str, tuple[Entry, QAction]] = {}
        self.tool_bar = QToolBar("Tools")
        self.tool_bar.setObjectName("tools")
        self.tool_bar.setMovable(False)
        self.tool_bar.setIconSize(QSize(ICON + 2, ICON + 2))
        window.addToolBar(self.tool_bar)
        self._fill(commands.entries())
        self.refresh(Change.everything())

    def _fill(self, entries: Iterable[tuple[Command, Entry]]) -> None:
        listed = list(entries)
        titles = [*MENUS, *(entry.menu for _, entry in listed if entry.menu not in MENUS)]
        menus = {title: self._window.menuBar().addMenu(title) for title in dict.fromkeys(titles) if title}
        last_command: dict[str, str] = {}
        last_tool_menu = ""
        for command, entry in listed:
            action = self._make_action(command, entry)
            self.actions[command.id + entry.suffix] = (entry, action)
            self._window.addAction(action)  # keys work wherever the pointer is
            if entry.menu:
                if last_command.get(entry.menu, command.id) != command.id and len(command.entries) > 1:
                    menus[entry.menu].addSeparator()
                last_command[entry.menu] = command.id
                menus[entry.menu].addAction(action)
            if entry.tool_bar:
                if last_tool_menu not in ("", entry.menu):
                    self.tool_bar.addSeparator()
                last_tool_menu = entry.menu
                self.tool_bar.addAction(action)
                if entry.menu == "Optimise":  # its icons are those of the playback
                    button = self.tool_bar.widgetForAction(action)
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _make_action(self, command: Command, entry: Entry) -> QAction:
        action = QAction(entry.title, self._window)
        if entry.key:
            action.setShortcut(QKeySequence(entry.key))
            action.setToolTip(f"{entry.title}  ({entry.key})")
        action.setCheckable(entry.checked is not None)
        action.triggered.connect(partial(self._trigger, command.id, entry))
        return action

    def _trigger(self, command: str, entry: Entry, _checked: bool) -> None:
        self._invoke(command, **entry.args)
        self.refresh(_CHECKED_BY)

    def refresh(self, change: Change) -> None:
        """Follow what is on, and the theme."""
        if change & Change.THEME:
            shades = shades_of(self._session)
            for entry, action in self.actions.values():
                if entry.icon in NAMES:
                    action.setIcon(icon(entry.icon, shades))
        if change & _CHECKED_BY:
            for entry, action in self.actions.values():
                if entry.checked is not None:
                    action.setChecked(entry.checked(self._session))
