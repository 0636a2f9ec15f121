"""Which version a regressor's name means, and the menu that accepts another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QMenu, QToolButton

from app.session.durations import tell_time
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import ICON
from core.project.regressor_store import RegressorVersion


class VersionButton(QToolButton):
    """Shows the version of one regressor; its menu lists all of them.

    Args:
        session: what is shown.
        name: of the regressor.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, name: str, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session, self._name, self._invoke = session, name, invoke
        self.setAccessibleName(f"Version of {name}")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the mark behind the number
        self.setIconSize(QSize(ICON, ICON))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.show_version()

    def show_version(self) -> None:
        """Follow the project's versions."""
        versions = self._session.versions[self._name]
        meant = find_meant(versions)
        newest = versions[-1].version
        number = f"v{meant.version}" if meant.version == newest else f"v{meant.version} of {newest}"
        self.setText(number)
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if meant.accepted else style.ToolButtonTextOnly
        )
        if meant.accepted:
            shades = shades_of(self._session)
            color = shades.success if meant.version == newest else shades.warning
            self.setIcon(icon("done", shades, color=color))
            later = "" if meant.version == newest else f"; version {newest} is newer, and not accepted"
            self.setToolTip(f"{self._name} means version {meant.version}, which was accepted{later}")
        else:
            self.setToolTip(
                f"{self._name} means its newest version; accept one, and refits no longer change it"
            )

    def _fill(self) -> None:
        self._menu.clear()
        versions = self._session.versions[self._name]
        editable = not self._session.project.read_only
        for version in reversed(versions):
            action = self._menu.addAction(f"Accept v{version.version}, made {tell_time(version.created)}")
            assert action is not None
            action.setCheckable(True)
            action.setChecked(version.accepted)
            action.setEnabled(editable)
            args = {"name": self._name, "version": version.version}
            action.triggered.connect(partial(self._run, "regressor.accept", args))
        self._menu.addSeparator()
        accepted = any(version.accepted for version in versions)
        action = self._menu.addAction("Always the newest")
        assert action is not None
        action.setCheckable(True)
        action.setChecked(not accepted)
        action.setEnabled(editable and accepted)
        action.triggered.connect(partial(self._run, "regressor.withdraw", {"name": self._name}))

    def _run(self, command: str, args: dict[str, Any], _checked: bool) -> None:
        self._invoke(command, **args)


def find_meant(versions: tuple[RegressorVersion, ...]) -> RegressorVersion:
    """The version that the name of a regressor means."""
    return next((version for version in versions if version.accepted), versions[-1])
