"""The main window: what stands where, and the timer that brings results in."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QRectF, QSize, Qt, QTimer
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.overlay.joint_hit import JointHit
from app.overlay.overlay import Overlay
from app.panels.errors_panel import ErrorsPanel
from app.panels.frame_tree import FrameTree
from app.panels.inspector import Inspector
from app.panels.jobs_panel import JobsPanel
from app.panels.labels_panel import LabelsPanel
from app.panels.panel import Panel
from app.panels.regressors_panel import RegressorsPanel
from app.panels.terms_panel import TermsPanel
from app.session.changes import Change
from app.session.session import Session
from app.theme.application import apply_theme
from app.theme.controls import make_label
from app.theme.current import choose_data_colors
from app.theme.spacing import TIGHT, WIDE
from app.timeline.timeline import Timeline
from app.viewport.camera_poses import Region
from app.viewport.viewport import Viewport
from app.window.body_choice import BodyChoice
from app.window.choices import list_choices
from app.window.command_palette import CommandPalette
from app.window.desk import WindowDesk
from app.window.menus import Menus
from app.window.screenshot import save_screenshot
from app.window.settings_file import SettingsFile, default_path
from app.window.status_line import StatusLine
from core.device import describe_device
from core.optimize.presets import PRESETS

TOUR_AFTER_MS = 1200
#: Share of the window's width that the docks on the left and right have at first, at least and at most.
_SIDES = ((0.19, 284, 400), (0.22, 310, 500))
POLL_MS = 8  # the live run limits itself to thirty bodies a second


class MainWindow(QMainWindow):
    """Shows a session and lets a person work on it.

    Args:
        session: what is shown.
        commands: runs everything that the window offers.
        jobs: polled for what is finished.
        settings: file of layout and theme; the user's own without one.
    """

    def __init__(
        self, session: Session, commands: CommandRegistry, jobs: Jobs, *, settings: Path | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.commands = commands
        self.jobs = jobs
        self._settings = SettingsFile(settings or default_path())
        self._take_settings()
        self._dress(Change.THEME)
        session.changed.connect(self._dress)  # before the views, which then take the colours that it chose
        self.setWindowTitle(_make_title(session))
        self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize()))
        invoke = commands.invoke
        self.overlay = Overlay(session, invoke)
        self.viewport = Viewport(session, invoke)
        self.timeline = Timeline(session, invoke)
        self.tree = FrameTree(session, invoke)
        self.inspector = Inspector(session, invoke)
        self.terms = TermsPanel(session, invoke)
        self.regressors = RegressorsPanel(session, invoke)
        self.errors = ErrorsPanel(session, invoke)
        self.labels = LabelsPanel(session, invoke)
        self.jobs_panel = JobsPanel(session, invoke)
        self.menus = Menus(self, session, commands)
        self.body_choice = BodyChoice(session, invoke)
        self.status_line = StatusLine(session, describe_device())
        self.desk = WindowDesk(self)
        commands.workspace.desk = self.desk
        self.desk.save_folder = self._settings.save_folder or self.desk.save_folder
        self._finding = ""
        self._compose()
        self.overlay.hovered.connect(self._point_at)
        self.overlay.view.seen.connect(self._link_view)
        session.changed.connect(self._refresh)
        self.labels.turn_to(self._settings.shown_of(session.project.id).get("page", ""))
        if not self._settings.restore_layout(self, self.centre):
            self._lay_out_anew()
        self.overlay.view.setFocus()  # keys are commands from the start
        self._poll_timer = QTimer(self)
        self._poll_timer.timeout.connect(jobs.poll)
        self._poll_timer.start(POLL_MS)

    # What stands where

    def _compose(self) -> None:
        self.centre = QSplitter(Qt.Orientation.Horizontal)
        self.centre.setChildrenCollapsible(False)
        self.centre.addWidget(self.overlay)
        self.centre.addWidget(self.viewport)
        self.centre.setSizes([500, 500])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.centre, 1)
        column.addWidget(self.timeline)
        self.setCentralWidget(middle)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.docks = {
            "Frames": self._add_dock("Frames", self.tree, Qt.DockWidgetArea.LeftDockWidgetArea),
            "Joint": self._add_dock("Joint", self.inspector, Qt.DockWidgetArea.LeftDockWidgetArea),
            "Jobs": self._add_dock("Jobs", self.jobs_panel, Qt.DockWidgetArea.BottomDockWidgetArea),
        }
        right = Qt.DockWidgetArea.RightDockWidgetArea
        for title, panel in (
            ("Terms", self.terms),
            ("Regressors", self.regressors),
            ("Errors", self.errors),
            ("Labels", self.labels),
        ):
            self.docks[title] = self._add_dock(title, panel, right, titled=False)
        self.tabifyDockWidget(self.docks["Terms"], self.docks["Regressors"])
        self.tabifyDockWidget(self.docks["Regressors"], self.docks["Errors"])
        self.tabifyDockWidget(self.docks["Errors"], self.docks["Labels"])
        self.docks["Terms"].raise_()
        self._fill_tool_bar()
        self._fill_menus()
        self.setStatusBar(self.status_line)

    def _add_dock(
        self, title: str, panel: Panel, area: Qt.DockWidgetArea, *, titled: bool = True
    ) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(title.lower())
        if titled:
            heading = make_label(title, "dock")
            dock.setTitleBarWidget(heading)
        else:
            dock.setTitleBarWidget(QWidget())  # its tab names it
        scroll = QScrollArea()
        scroll.setWidget(panel)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        dock.setWidget(scroll)
        self.addDockWidget(area, dock)
        return dock

    def _fill_tool_bar(self) -> None:
        bar = self.menus.tool_bar
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(make_label("Bodies  ", "muted"))
        bar.addWidget(self.body_choice)
        if self.session.project.synthetic:
            self.badge = make_label("Synthetic studio", "badge")
            self.badge.setToolTip("These pictures, labels and bodies are made up; their truth is known.")
            space = QWidget()
            space.setFixedWidth(WIDE)
            bar.addWidget(space)
            bar.addWidget(self.badge)

    def _fill_menus(self) -> None:
        """What the registry does not hold: projects that were open lately, and the docks."""
        self.menus.list_projects(self._settings.recent_projects, self.desk.open_project)
        self.menus.add_docks(list(self.docks.values()))

    def _take_settings(self) -> None:
        """Bring back what the person chose before."""
        settings, session = self._settings, self.session
        if settings.theme:
            session.appearance.set_theme("light" if settings.theme == "light" else "dark")
        session.appearance.set_data_colors("safe" if settings.data_colors == "safe" else "standard")
        self.commands.keys.restore(settings.keys)
        if settings.reviewer:
            session.review.sign(settings.reviewer)
        place = settings.place_of(session.project.id)
        if 0 < place < len(session.project.keys):
            self.commands.execute("frame.go", {"key": str(session.project.keys[place])})
        self._bring_back(settings.shown_of(session.project.id))

    def _bring_back(self, shown: dict[str, str]) -> None:
        """Show what was shown last, by commands, so that a script of the session begins with it."""
        session, execute = self.session, self.commands.execute
        preset, views = shown.get("preset", ""), shown.get("views", "")
        if preset in PRESETS and preset != session.terms.preset:
            execute("terms.preset", {"preset": preset})
        if views in ("1", "4") and int(views) != session.terms.views and session.project.has_extrinsics:
            execute("terms.views", {"n": int(views)})
        bodies = shown.get("bodies", "")
        if bodies != session.body_source and bodies in (*session.project.estimators(), *session.runs):
            execute("bodies.show", {"source": bodies})
        joint = shown.get("joint", "")
        if joint in session.project.joint_set.names:
            execute("joint.select", {"joint": joint})

    def _keep_settings(self) -> None:
        settings, session = self._settings, self.session
        settings.theme, settings.data_colors = session.appearance.theme, session.appearance.data_colors
        settings.keys, settings.reviewer = self.commands.keys.own, session.review.reviewer
        settings.add_project(session.project.path)
        settings.set_place(session.project.id, session.row)
        joint = "" if session.selection is None else session.project.joint_set.names[session.selection]
        shown = {
            "preset": session.terms.preset,
            "views": str(session.terms.views),
            "bodies": session.body_source,
            "joint": joint,
            "page": self.labels.page,
        }
        settings.set_shown(session.project.id, shown)
        settings.save_folder = self.desk.save_folder
        settings.save_layout(self, self.centre)

    def _lay_out_anew(self) -> None:
        left, right = (min(max(round(share * self.width()), least), most) for share, least, most in _SIDES)
        self.resizeDocks(
            [self.docks["Frames"], self.docks["Terms"]], [left, right], Qt.Orientation.Horizontal
        )
        self.resizeDocks([self.docks["Jobs"]], [106], Qt.Orientation.Vertical)
        self.resizeDocks([self.docks["Frames"], self.docks["Joint"]], [520, 280], Qt.Orientation.Vertical)

    # What happens

    def _dress(self, change: Change) -> None:
        if change & Change.THEME:
            choose_data_colors(_application(), self.session.appearance.data_colors)
            apply_theme(_application(), self.session.appearance.theme)

    def _refresh(self, change: Change) -> None:
        self.menus.refresh(change)
        self.status_line.refresh(change)
        if change & Change.FINDINGS:
            self._show_finding()
        if change & Change.EVALUATION:
            self.desk.open_dialog("evaluation")
        self.body_choice.refresh(change)

    def _show_finding(self) -> None:
        """Bring the queue to the front when another finding is looked at."""
        finding = self.session.review.finding
        name = finding.id if finding is not None else ""
        if name and name != self._finding:
            self.show_queue()
        self._finding = name

    def show_queue(self) -> None:
        """Bring what is to be reviewed to the front."""
        self.labels.show_page("Findings")
        self.docks["Labels"].show()
        self.docks["Labels"].raise_()

    def _point_at(self, hit: JointHit | None) -> None:
        if hit is None:
            self.inspector.point_at(None)
        else:
            self.inspector.point_at(hit.source, hit.joint)

    def _link_view(self, seen: QRectF) -> None:
        """The viewport shows the same part of the picture, while it looks through the camera."""
        self.viewport.show_region(Region(seen.x(), seen.y(), seen.width(), seen.height()))

    def open_palette(self) -> CommandPalette:
        """Show everything that can be done."""
        choices = list_choices(self.session, self.commands)
        palette = CommandPalette(self, choices, self.commands.invoke)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open_over(self)
        return palette

    def offer_tour(self) -> None:
        """Start the tour, the first time that a person opens the window."""
        if not self._settings.toured:
            self._settings.set_toured()
            QTimer.singleShot(TOUR_AFTER_MS, lambda: self.desk.open_dialog("tour"))

    def grab_screenshot(self, path: Path | str) -> None:
        """Write a picture of the window, the 3D view included.

        Raises:
            JointlensError: it cannot be written.
        """
        self.terms.plot.draw_now()
        save_screenshot(self, self.viewport, Path(path))

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Pass over what lies behind the tab of another dock, which Qt takes for visible."""
        first = None
        while super().focusNextPrevChild(forwards):
            focused = QApplication.focusWidget()
            hidden = focused is not None and any(
                dock.isAncestorOf(focused) and dock.visibleRegion().isEmpty() for dock in self.docks.values()
            )
            if not hidden or focused is first:
                return True
            first = first or focused
        return False

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Remember the layout, stop the timer, give back the graphics context."""
        if event is not None and event.spontaneous() and not self.desk.may_leave():
            event.ignore()
            return
        self._poll_timer.stop()
        self.desk.close()
        self._keep_settings()
        for listener in (self._dress, self._refresh):
            self.session.changed.disconnect(listener, missing_ok=True)
        for panel in (
            self.tree,
            self.inspector,
            self.terms,
            self.regressors,
            self.errors,
            self.labels,
            self.jobs_panel,
        ):
            panel.ignore()
        self.timeline.ignore()
        self.overlay.ignore()
        self.viewport.close_plotter()
        super().closeEvent(event)


def _make_title(session: Session) -> str:
    origin = " (synthetic studio)" if session.project.synthetic else ""
    return f"{session.project.path.parent.name}{origin} · Jointlens"


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
