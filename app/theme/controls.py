"""Small parts that several views are made of."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

from app.theme.spacing import ICON, TIGHT


def make_label(text: str = "", role: str = "") -> QLabel:
    """A label in one of the style sheet's roles, such as ``heading``, ``muted`` or ``warning``."""
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    return label


class SteadyLabel(QLabel):
    """For words that change with every frame: as large as the largest of them were so far.

    Whenever a label's words change, Qt lays out all that the label stands in, up to the window; not so where
    its size is fixed.
    """

    def setText(self, text: str | None) -> None:
        """Show other words."""
        if text == self.text():
            return
        super().setText(text)
        hint, size = self.sizeHint(), self.maximumSize()
        if self.minimumSize() != size:
            self.setFixedSize(hint)
        elif hint.width() > size.width() or hint.height() > size.height():
            self.setFixedSize(hint.expandedTo(size))


def make_note() -> QLabel:
    """A muted label that wraps and takes no more height than its words."""
    note = make_label(role="muted")
    note.setWordWrap(True)
    note.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return note


def make_tool(title: str, *, checkable: bool = False) -> QToolButton:
    """A button of nothing but an icon, named for those who hover or listen."""
    button = QToolButton()
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.setCheckable(checkable)
    button.setIconSize(QSize(ICON, ICON))
    return button


def make_button(title: str, *, primary: bool = False) -> QPushButton:
    """A button with words on it."""
    button = QPushButton(title)
    button.setIconSize(QSize(ICON, ICON))
    if primary:
        button.setProperty("role", "primary")
    return button


class Choice(QComboBox):
    """A list to choose from that shortens the words of what is chosen to its room."""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """As Qt paints it, which cuts words off anywhere."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        style = self.style()
        assert style is not None
        room = style.subControlRect(control, option, field, self).width() - 2 * TIGHT
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideMiddle, room
        )
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


def make_choice(name: str) -> QComboBox:
    """A list to choose from that is no wider than its panel, however long its entries are."""
    choice = Choice()
    choice.setAccessibleName(name)
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(3)
    return choice


def make_line() -> QFrame:
    """A thin line between two parts of a panel."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


def make_panel() -> QWidget:
    """The ground that a panel's parts stand on."""
    panel = QWidget()
    panel.setProperty("role", "panel")
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return panel


def set_role(label: QLabel, role: str) -> None:
    """Give a label another role."""
    if label.property("role") != role:
        label.setProperty("role", role)
        style = label.style()
        if style is not None:
            style.polish(label)
