"""Menus, tool bar and keys, all from the registry of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QDockWidget, QMainWindow, QMenu, QToolBar

from app.commands.command import Command, Entry
from app.commands.registry import CommandRegistry
from app.session.changes import Change
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import NAMES, icon
from app.theme.spacing import ICON

MENUS = (
    "File",
    "Edit",
    "Frame",
    "View",
    "Optimise",
    "Terms",
    "Variants",
    "Regressors",
    "Review",
    "Window",
    "Help",
)
_CHECKED_BY = (
    Change.LAYERS | Change.CAMERA_VIEW | Change.TERMS | Change.THEME | Change.PLAYBACK | Change.FINDINGS
)


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
        self._keys = commands.keys
        self._menus: dict[str, QMenu | None] = {}
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
        used = {entry.menu for _, entry in listed} | {"Window"}
        menus = {
            title: self._window.menuBar().addMenu(title) for title in dict.fromkeys(titles) if title in used
        }
        self._menus = menus
        last_command: dict[str, Command] = {}
        last_tool_menu = ""
        for command, entry in listed:
            action = self._make_action(command, entry)
            self.actions[command.id + entry.suffix] = (entry, action)
            self._window.addAction(action)  # keys work wherever the pointer is
            if entry.menu:
                before = last_command.get(entry.menu, command)
                if before is not command and max(len(before.entries), len(command.entries)) > 1:
                    menus[entry.menu].addSeparator()  # round the entries of one command
                last_command[entry.menu] = command
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
        if change & Change.KEYS:
            self._show_keys()
        if change & _CHECKED_BY:
            for entry, action in self.actions.values():
                if entry.checked is not None:
                    action.setChecked(entry.checked(self._session))

    def _show_keys(self) -> None:
        for name, (entry, action) in self.actions.items():
            key = self._keys.key_of(name)
            action.setShortcut(QKeySequence(key))
            action.setToolTip(f"{entry.title}  ({key})" if key else entry.title)

    def list_projects(self, projects: list[Path], open_project: Callable[[Path], None]) -> None:
        """Offer the projects that were open lately in the File menu."""
        menu = QMenu("Open recent", self._menus["File"])
        beside = self._menus["File"].actions()
        self._menus["File"].insertMenu(beside[beside.index(self.actions["project.open"][1]) + 1], menu)
        for path in projects:
            menu.addAction(f"{path.parent.name}/{path.name}", partial(open_project, path)).setToolTip(
                str(path)
            )
        menu.setEnabled(bool(projects))

    def add_docks(self, docks: list[QDockWidget]) -> None:
        """Offer to show and hide docks in the Window menu."""
        self._menus["Window"].addSeparator()
        for dock in docks:
            self._menus["Window"].addAction(dock.toggleViewAction())
