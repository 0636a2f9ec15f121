"""The tree of subjects, actions and cameras, with mean error, open findings and flags of each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QModelIndex, QSize, QSortFilterProxyModel, Qt
from PyQt6.QtGui import QColor, QIcon, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QHeaderView, QLineEdit, QTreeView, QVBoxLayout

from app.panels.panel import Panel
from app.session.changes import Change
from app.session.session import Session
from app.theme.colors import mix
from app.theme.current import data_colors, shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, ICON
from core.project.frame_index import Shot

_SHOT = Qt.ItemDataRole.UserRole
_AT_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ERROR, FINDINGS, FLAGS = 1, 2, 3  # columns beside the name
_PALE_MM, _FULL_MM = 40.0, 110.0  # mean errors that are written palest and strongest


class FrameTree(Panel):
    """Chooses the shot that is shown; the frame within it stays the same where it can.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText("Filter subjects, actions, cameras")
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.setAccessibleName("Filter of the frames")
        self._model = QStandardItemModel()
        self._items: dict[tuple[str, ...], tuple[QStandardItem, ...]] = {}
        self._paths: list[list[tuple[str, ...]]] = [[], [], []]  # by depth: subjects, actions, shots
        self._groups: list[NDArray[np.intp]] = []  # by depth: the number of every shot's path
        self._told: dict[tuple[tuple[str, ...], int], object] = {}  # what each badge shows
        self._proxy = QSortFilterProxyModel()
        self._proxy.setSourceModel(self._model)
        self._proxy.setRecursiveFilteringEnabled(True)
        self._proxy.setAutoAcceptChildRows(True)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.view = QTreeView()
        self._build_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, 0)
        column.setSpacing(GAP)
        column.addWidget(self.filter_box)
        column.addWidget(self.view, 1)
        self._fill()
        self.filter_box.textChanged.connect(self._filter)
        self.view.clicked.connect(self._open)
        self.view.activated.connect(self._open)
        self.listen()

    def _build_view(self) -> None:
        self.view.setModel(self._proxy)
        self.view.setAccessibleName("Frames")
        self.view.setUniformRowHeights(True)
        self.view.setIndentation(10)
        self.view.setIconSize(QSize(ICON, ICON))
        self.view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _fill(self) -> None:
        """One item a subject, action and camera; shots come in the order of the project's rows."""
        keys = self.session.project.keys
        for subject in keys.subjects:
            self._add((subject,), None, subject)
        for shot in keys.shots:
            path = (shot.subject, shot.action)
            if path not in self._items:
                self._add(path, None, shot.action)
            self._add((*path, shot.camera), shot, shot.camera)
        shots = [(shot.subject, shot.action, shot.camera) for shot in keys.shots]
        for depth, paths in enumerate(self._paths, start=1):
            paths += dict.fromkeys(shot[:depth] for shot in shots)
            numbers = {path: number for number, path in enumerate(paths)}
            self._groups.append(np.array([numbers[shot[:depth]] for shot in shots], np.intp))
        self._model.setHorizontalHeaderLabels(["Subject", "mm", "", ""])
        for column, told in (
            (ERROR, "Mean error of the compared regressor, millimetres"),
            (FINDINGS, "Findings that are not reviewed yet"),
            (FLAGS, "Flags"),
        ):
            self._model.setHeaderData(column, Qt.Orientation.Horizontal, told, Qt.ItemDataRole.ToolTipRole)
            self._model.setHeaderData(
                column, Qt.Orientation.Horizontal, _AT_THE_RIGHT, Qt.ItemDataRole.TextAlignmentRole
            )
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(16)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (ERROR, FINDINGS, FLAGS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def _add(self, path: tuple[str, ...], shot: Shot | None, title: str) -> None:
        name, *badges = (QStandardItem(text) for text in (title, "", "", ""))
        name.setToolTip("/".join(path))
        name.setData(shot, _SHOT)
        if shot is not None:
            name.setToolTip(f"{'/'.join(path)}, {shot.stop - shot.start} frames")
        for badge in badges:
            badge.setTextAlignment(_AT_THE_RIGHT)
        parent = self._items[path[:-1]][0] if len(path) > 1 else self._model.invisibleRootItem()
        parent.appendRow([name, *badges])
        self._items[path] = (name, *badges)

    def refresh(self, change: Change) -> None:
        """Follow the shown frame, the flags and the theme."""
        if change & Change.THEME:
            self._told.clear()
        if change & (Change.FLAGS | Change.FINDINGS | Change.THEME):
            self._show_badges()
        if change & (Change.SURVEY | Change.HEAT | Change.LAYERS | Change.THEME):
            self._show_errors()
        if change & Change.THEME:
            self._show_icons()
        if change & Change.FRAME:
            self._show_current()

    def count_flags(self) -> Counter[tuple[str, ...]]:
        """Flags on each subject, and on each action that one names."""
        counts: Counter[tuple[str, ...]] = Counter()
        for flag in self.session.visible_flags:
            counts[(flag.subject,)] += 1
            if flag.action is not None:
                counts[(flag.subject, flag.action)] += 1
        return counts

    def count_findings(self) -> Counter[tuple[str, ...]]:
        """Findings that are not reviewed yet on each subject, and on each action that one names."""
        counts: Counter[tuple[str, ...]] = Counter()
        for finding in self.session.review.findings:
            if self.session.review.own_review(finding.id) is None:
                counts[(finding.subject,)] += 1
                if finding.sequence is not None:
                    counts[(finding.subject, finding.sequence)] += 1
        return counts

    def _show_badges(self) -> None:
        shades = shades_of(self.session)
        for column, counts, noun, mark in (
            (FINDINGS, self.count_findings(), "open finding", icon("finding", shades, color=shades.warning)),
            (FLAGS, self.count_flags(), "flag", icon("flagged", shades, color=data_colors().label)),
        ):
            self.view.setColumnHidden(column, not counts)
            for path, items in self._items.items():
                count, badge = counts.get(path, 0), items[column]
                if not self._is_news(path, column, count):
                    continue
                badge.setText(str(count) if count else "")
                badge.setIcon(mark if count else QIcon())
                badge.setForeground(QColor(shades.text))
                badge.setToolTip(f"{count} {noun}{'s' * (count != 1)}" if count else "")

    def _show_errors(self) -> None:
        """Mean error of the compared regressor on every subject, action and shot."""
        session, shades = self.session, shades_of(self.session)
        name = session.compared_regressor if session.regressors else ""
        for paths, groups in zip(self._paths, self._groups):
            for path, error in zip(paths, session.errors.survey.average_groups(name, groups).tolist()):
                text = f"mean error of {name}: {error:.1f} mm" if math.isfinite(error) else ""
                if not self._is_news(path, ERROR, text):
                    continue
                share = min(max((error - _PALE_MM) / (_FULL_MM - _PALE_MM), 0.0), 1.0) if text else 0.0
                badge = self._items[path][ERROR]
                badge.setText(f"{error:.0f}" if text else "")
                badge.setForeground(QColor(mix(shades.muted, shades.warning, share)))
                badge.setToolTip(text)

    def _is_news(self, path: tuple[str, ...], column: int, value: object) -> bool:
        """Whether a badge shows something else so far; takes note of the new value."""
        before = self._told.get((path, column))
        self._told[path, column] = value
        return value != before

    def _show_icons(self) -> None:
        shades = shades_of(self.session)
        icons = {depth: icon(name, shades) for depth, name in enumerate(("subject", "action", "camera"), 1)}
        for path, (name, *_) in self._items.items():
            name.setIcon(icons[len(path)])
            name.setForeground(QColor(shades.text if len(path) < 3 else shades.muted))

    def _show_current(self) -> None:
        key = self.session.key
        item = self._items[(key.subject, key.action, key.camera)][0]
        index = self._proxy.mapFromSource(item.index())
        if index.isValid() and index != self.view.currentIndex():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _filter(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        if text.strip():
            self.view.expandAll()
        self._show_current()

    def _open(self, index: QModelIndex) -> None:
        shot = index.siblingAtColumn(0).data(_SHOT)
        if shot is None:
            self.view.setExpanded(index.siblingAtColumn(0), True)
            return
        keys, shown = self.session.project.keys, self.session.key
        numbers = keys.numbers[shot.start : shot.stop]
        offset = min(int(numbers.searchsorted(shown.frame)), len(numbers) - 1)
        self.invoke("frame.go", key=str(keys[shot.start + offset]))
