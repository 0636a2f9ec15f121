"""The labels: findings to review, where subjects differ, and the flags that stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout

from app.panels.flags_panel import FlagsPanel
from app.panels.offset_panel import OffsetPanel
from app.panels.panel import Panel
from app.panels.review_panel import ReviewPanel
from app.session.changes import Change
from app.session.session import Session
from app.theme.spacing import GAP, TIGHT, WIDE

Page = Literal["Findings", "Subjects", "Flags"]


class LabelsPanel(Panel):
    """Three pages, one shown.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self.review = ReviewPanel(session, invoke)
        self.offsets = OffsetPanel(session, invoke)
        self.flags = FlagsPanel(session, invoke)
        self.pages = QStackedWidget()
        self.buttons: dict[Page, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(WIDE, GAP, WIDE, 0)
        row.setSpacing(TIGHT)
        pages: tuple[tuple[Page, Panel, str], ...] = (
            ("Findings", self.review, "What the audit found, to be reviewed"),
            ("Subjects", self.offsets, "Subjects by joints: who differs from the others"),
            ("Flags", self.flags, "Labels that are flagged as bad"),
        )
        for title, page, told in pages:
            button = QToolButton()
            button.setCheckable(True)
            button.setToolTip(told)
            button.clicked.connect(partial(self._turn, title))
            group.addButton(button)
            row.addWidget(button)
            self.pages.addWidget(page)
            self.buttons[title] = button
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.pages, 1)
        self.show_page("Findings")
        self.listen()

    def show_page(self, page: Page) -> None:
        """Turn to a page."""
        self.buttons[page].setChecked(True)
        self.pages.setCurrentIndex(list(self.buttons).index(page))

    @property
    def page(self) -> Page:
        """The page that is turned to."""
        return list(self.buttons)[self.pages.currentIndex()]

    def turn_to(self, page: str) -> None:
        """Turn to a page by its name, where there is one of that name."""
        for known in self.buttons:
            if known == page:
                self.show_page(known)

    def refresh(self, change: Change) -> None:
        """Count on the buttons what stands on the pages."""
        if change & (Change.FLAGS | Change.FINDINGS):
            open_ = len(self.session.review.findings) - self.session.review.decided
            flags = len(self.session.visible_flags)
            self.buttons["Findings"].setText(f"Findings ({open_})" if open_ else "Findings")
            self.buttons["Findings"].setToolTip(f"Findings that you have not reviewed: {open_}")
            self.buttons["Subjects"].setText("Subjects")
            self.buttons["Flags"].setText(f"Flags ({flags})" if flags else "Flags")

    def ignore(self) -> None:
        """Listen no more, on no page."""
        super().ignore()
        for page in (self.review, self.offsets, self.flags):
            page.ignore()

    def _turn(self, page: Page, _checked: bool) -> None:
        self.show_page(page)
