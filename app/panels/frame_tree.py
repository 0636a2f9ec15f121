"""The tree of subjects, actions and cameras, with the flags that stand on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QModelIndex, QSize, QSortFilterProxyModel, Qt
from PyQt6.QtGui import QColor, QIcon, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QHeaderView, QLineEdit, QTreeView, QVBoxLayout

from app.panels.panel import Panel
from app.session.changes import Change
from app.session.session import Session
from app.theme.current import data_colors, shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, ICON
from core.project.frame_index import Shot

_SHOT = Qt.ItemDataRole.UserRole


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
        self._model = QStandardItemModel()
        self._items: dict[tuple[str, ...], tuple[QStandardItem, QStandardItem]] = {}
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
        self.view.setHeaderHidden(True)
        self.view.setUniformRowHeights(True)
        self.view.setIndentation(14)
        self.view.setIconSize(QSize(ICON, ICON))
        self.view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
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
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _add(self, path: tuple[str, ...], shot: Shot | None, title: str) -> None:
        name, badge = QStandardItem(title), QStandardItem()
        name.setToolTip("/".join(path))
        name.setData(shot, _SHOT)
        badge.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        parent = self._items[path[:-1]][0] if len(path) > 1 else self._model.invisibleRootItem()
        parent.appendRow([name, badge])
        self._items[path] = (name, badge)

    def refresh(self, change: Change) -> None:
        """Follow the shown frame, the flags and the theme."""
        if change & (Change.FLAGS | Change.THEME):
            self._show_badges()
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

    def _show_badges(self) -> None:
        counts, shades = self.count_flags(), shades_of(self.session)
        flagged = icon("flagged", shades, color=data_colors().label)
        for path, (_, badge) in self._items.items():
            count = counts.get(path, 0)
            badge.setText(str(count) if count else "")
            badge.setIcon(flagged if count else QIcon())
            badge.setForeground(QColor(shades.text))
            badge.setToolTip(f"{count} flag{'s' * (count != 1)}" if count else "")
        for shot in self.session.project.keys.shots:
            badge = self._items[(shot.subject, shot.action, shot.camera)][1]
            badge.setText(str(shot.stop - shot.start))
            badge.setToolTip("frames")
            badge.setForeground(QColor(shades.faint))

    def _show_icons(self) -> None:
        shades = shades_of(self.session)
        icons = {depth: icon(name, shades) for depth, name in enumerate(("subject", "action", "camera"), 1)}
        for path, (name, _) in self._items.items():
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
