"""The main window: creates the parts, connects them, and keeps actions and title up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow

import engine

from .controllers import crash_offer, drop_and_paste, pack_offer
from .controllers.canvas_controller import CanvasController
from .controllers.face_list import FaceList
from .controllers.file_actions import FileActions
from .controllers.live_sliders import LiveSliders
from .controllers.many_photos import ManyPhotos
from .controllers.mask_tools import MaskTools
from .controllers.recent_menu import RecentMenu
from .controllers.run_actions import RunActions
from .controllers.saved_edit_menu import SavedEditMenu
from .controllers.straightening import Straightening
from .dialogs import about
from .dialogs.packs import PacksDialog
from .dialogs.preferences import PreferencesDialog
from .dialogs.shortcuts import ShortcutsDialog, from_actions
from .dialogs.updates import UpdatesDialog
from .frame import layout
from .frame.actions import Actions
from .frame.keys import Keys, is_text
from .look.icons import Icons
from .look.theme import Theme
from .process.crash_reports import CrashReports
from .session.session import Session
from .settings.settings import AUTO, Settings
from .text.messages import Notice

if TYPE_CHECKING:
    from engine import PackState

BEFORE_KEY = Qt.Key.Key_C


class MainWindow(QMainWindow):
    """`session` works on the document, `parts` are the widgets, `commands` the actions."""

    def __init__(self, settings: Settings, theme: Theme, reports: CrashReports | None = None) -> None:
        super().__init__()
        self.settings, self.theme, self.reports = settings, theme, reports
        self.icons = Icons(theme)
        self.session = Session(self)
        self.commands = Actions(self, self.icons, self.session.undo_stack)
        self.parts = layout.build(self, self.icons, self.commands)
        self.canvas_controller = CanvasController(self.session, self.parts.canvas, self.parts.regions, self)
        self.files = FileActions(self, self.session, settings, self.parts.canvas)
        self.mask_tools = MaskTools(
            self.session,
            self.commands,
            self.parts.canvas,
            self.parts.strip,
            self.parts.options,
            self.parts.regions,
        )
        self.faces = FaceList(self.session, self.parts.canvas, self.parts.faces, self.commands.mark)
        self.straightening = Straightening(self.session, self.parts.canvas, self.parts.straighten, self)
        self.runs = RunActions(self.session, self.parts, settings)
        self.live = LiveSliders(self.session, self.parts, settings)
        self.many = ManyPhotos(
            self, self.session, self.parts, settings, lambda path: self.files.open_paths([path])
        )
        self.saved_edits = SavedEditMenu(self, self.session, self.parts, settings, self.many.ask_save)
        self.recent = RecentMenu(
            self.commands.recent,
            settings,
            lambda path: self.files.open_paths([path]),
            self.files.tell_missing,
        )
        self.keys = Keys(self, self.commands)
        self.keys.follow_layout()
        self._may_close = False
        self.offered: Notice | None = None  # of the pack for 1024 px
        self.setAcceptDrops(True)
        self._connect_session()
        self._connect_actions()
        self._connect_panels()
        self._restore()
        self._update()

    # --- wiring

    def _connect_session(self) -> None:
        session, parts = self.session, self.parts
        session.notices.noticed.connect(parts.message.show_notice)
        session.notices.withdrawn.connect(parts.message.withdraw)
        session.photos.opening.connect(parts.message.forget_passing)
        session.tasks.busy_changed.connect(self._show_busy)
        session.packs.changed.connect(self._pack_arrived)
        session.runs.started.connect(self._run_started)
        session.runs.ended.connect(self._run_ended)
        session.live.drawn.connect(lambda _view: self._update())
        session.live.ended.connect(lambda _replaced: self._update())
        session.undo_stack.cleanChanged.connect(self._update)
        session.projects.path_changed.connect(self._update)
        session.projects.opened.connect(self.settings.add_recent)
        session.photos.file_opened.connect(self.settings.add_recent)
        document = session.document
        document.photo_changed.connect(self._photo_arrived)
        document.photo_turned.connect(self._show_size)
        document.face_changed.connect(self._face_changed)
        document.edits_changed.connect(self._update)
        editor = self.mask_tools.editor
        editor.layer_changed.connect(lambda: self.canvas_controller.show_layer(editor.layer))
        self.canvas_controller.region_hovered.connect(parts.hover.setText)
        parts.canvas.zoom_changed.connect(lambda zoom: parts.zoom.setText(f"{100 * zoom:.0f} %"))
        parts.canvas.face_clicked.connect(session.faces.choose)
        parts.message.left.connect(parts.canvas.setFocus)
        self.faces.marking.changed.connect(self._marking_changed)

    def _connect_actions(self) -> None:
        do, canvas, session = self.commands, self.parts.canvas, self.session
        do.open.triggered.connect(self.files.ask_open)
        do.paste.triggered.connect(self.files.paste)
        do.random.triggered.connect(self.files.new_random_face)
        do.save.triggered.connect(lambda _checked: self.files.ask_save())
        do.export.triggered.connect(self.files.ask_export)
        do.save_project.triggered.connect(lambda _checked: self.files.save_project())
        do.save_project_as.triggered.connect(lambda _checked: self.files.ask_save_project())
        do.export_mask.triggered.connect(self.files.ask_export_mask)
        do.copy.triggered.connect(self.files.copy)
        do.many.triggered.connect(lambda _checked: self.many.show())
        do.rotate_left.triggered.connect(lambda: session.turning.rotate(-1))
        do.rotate_right.triggered.connect(lambda: session.turning.rotate(1))
        do.flip.triggered.connect(session.turning.flip)
        do.straighten.triggered.connect(self._straighten)
        do.quit.triggered.connect(self.close)
        do.apply.triggered.connect(self.runs.apply)
        do.pause.toggled.connect(self.parts.run.pause_button.setChecked)
        do.keep.triggered.connect(self.parts.run.keep_button.click)
        do.cancel.triggered.connect(self.parts.run.cancel_button.click)
        do.commit.triggered.connect(session.edits.commit)
        do.discard.triggered.connect(session.edits.discard)
        do.split.toggled.connect(canvas.set_split)
        do.overlay.toggled.connect(self._overlay_toggled)
        do.zoom_in.triggered.connect(lambda: canvas.zoom_by(1.25))
        do.zoom_out.triggered.connect(lambda: canvas.zoom_by(0.8))
        do.fit.triggered.connect(canvas.fit)
        do.actual.triggered.connect(lambda: canvas.set_zoom(1.0))
        do.next_face.triggered.connect(session.faces.choose_next)
        do.search.triggered.connect(self._search)
        do.shortcuts.triggered.connect(self.show_shortcuts)
        do.preferences.triggered.connect(lambda: PreferencesDialog(self.settings, self).open())
        self.settings.changed.connect(self._setting_changed)
        do.packs.triggered.connect(self.show_packs)
        do.updates.triggered.connect(lambda: UpdatesDialog(self).open())
        do.about.triggered.connect(lambda: about.show(self))

    def _connect_panels(self) -> None:
        parts = self.parts
        parts.welcome.open_clicked.connect(self.files.ask_open)
        parts.welcome.random_clicked.connect(self.files.new_random_face)
        parts.attributes.changed.connect(self._update)
        parts.regions.overlay_toggled.connect(self.commands.overlay.setChecked)
        parts.regions.opacity_changed.connect(lambda v: self.settings.set("overlay/opacity", round(100 * v)))
        parts.run.pause_toggled.connect(self.commands.pause.setChecked)
        parts.before.pressed.connect(lambda: parts.canvas.show_before(True))
        parts.before.released.connect(lambda: parts.canvas.show_before(False))

    def _restore(self) -> None:
        self.parts.regions.opacity.slider.setValue(self.settings.get("overlay/opacity"))
        self.commands.overlay.setChecked(self.settings.get("overlay/visible"))
        self.mask_tools.editor.pressure_steers = self.settings.get("pen/pressure")
        self.restoreGeometry(self.settings.state("window"))

    def _setting_changed(self, key: str) -> None:
        if key == "theme":
            self.theme.apply(self.settings.get("theme"))
        elif key == "pen/pressure":
            self.mask_tools.editor.pressure_steers = self.settings.get(key)
        elif key in ("pack", "device") and not self.session.runs.running:
            self.session.packs.load(self.settings.get("pack"), self.settings.get("device"))

    def start(self, paths: list[Path]) -> None:
        """Load the pack, then open what was named on the command line."""
        self.session.packs.load(self.settings.get("pack"), self.settings.get("device"))
        self.parts.welcome.status.setText(self.tr("Loading the model pack…"))
        if self.settings.get("pack") == AUTO:
            self.session.tasks.engine_lane.submit(lambda _report: pack_offer.lacking(), self.offer_pack)
        if paths:
            self.files.open_paths(paths)
        if self.reports is not None:
            crash_offer.offer(self.reports, self.session.notices.show)
        # Over the other: work that is lost comes first.
        self.session.recovery.offer(self.files.if_nothing_is_lost)

    # --- what changed

    def _pack_arrived(self) -> None:
        pack = self.session.pack
        if pack is None:
            return
        self.parts.attributes.set_pack(pack)
        self.parts.attributes.set_live(self.session.live.attributes)
        self.parts.run.set_presets(self.settings.get("preset"))
        self._show_device()
        self.parts.welcome.status.setText("")
        if self.offered is not None and pack.name == engine.PREFERRED_PACK:
            self.parts.message.withdraw(self.offered)
        self._face_changed()

    def _show_device(self) -> None:
        """The pack and where it computes: a graphics card may have failed since it was loaded."""
        pack = self.session.pack
        if pack is not None:
            device = "cpu" if pack.lost_device else pack.device
            self.parts.pack.setText(f"{pack.title} · {pack.detail} px · {device}")

    def _photo_arrived(self) -> None:
        photo = self.session.document.photo
        if photo is not None:
            self.parts.show_photo()
            self._show_size()
            if not is_text(self.focusWidget()):
                # What had the keys is hidden or disabled now; Qt would hand them to the button that opens.
                self.parts.canvas.setFocus()
            self.commands.overlay.setChecked(self.settings.get("overlay/visible"))
        self._update()

    def _show_size(self) -> None:
        photo = self.session.document.photo
        if photo is not None:
            self.parts.size.setText(f"{photo.width} × {photo.height}")

    def _face_changed(self) -> None:
        state = self.session.document.face
        self.parts.attributes.set_scores(None if state is None else state.scores)
        self._update()

    def _show_busy(self, text: str) -> None:
        self.parts.busy.set_text(text)
        self.parts.welcome.status.setText(text)
        self._update()

    def _run_started(self) -> None:
        self.mask_tools.refresh()
        self.parts.edits.setEnabled(False)
        self.canvas_controller.begin_preview()
        self.commands.overlay.setChecked(False)
        self.parts.run.start()
        self._update()

    def _run_ended(self) -> None:
        self.canvas_controller.end_preview()
        self.parts.edits.setEnabled(True)
        self.commands.pause.setChecked(False)
        self.mask_tools.refresh()
        self._show_device()
        self._update()
        self.parts.run.stop()  # last: the focus goes to Apply, which must be enabled by then

    def _update(self) -> None:
        """Which actions make sense now, and the title."""
        session, document, do = self.session, self.session.document, self.commands
        has_photo, running = document.photo is not None, session.runs.running
        why_not = self.runs.why_not()
        self.parts.run.set_queue_ready("" if running and self.parts.attributes.edits() else why_not)
        self.parts.run.set_ready(why_not)
        do.apply.setEnabled(not why_not)
        for action in (do.pause, do.keep, do.cancel):
            action.setEnabled(running)
        for action in (do.commit, do.discard):
            action.setEnabled(document.pending is not None and not running)
        self.parts.run.result_part.setEnabled(not running)
        do.random.setEnabled(session.pack is not None and not running)
        self.parts.welcome.random_button.setEnabled(do.random.isEnabled())
        for action in (do.open, do.recent, do.paste):
            action.setEnabled(not running)
        for action in do.for_photo:
            action.setEnabled(has_photo)
        for action in do.turns:
            action.setEnabled(has_photo and not running)
        edited = bool(document.visible_edits()) or running
        do.export_mask.setEnabled(edited)
        differs = edited or session.live.active
        do.split.setEnabled(differs)
        self.parts.before.setEnabled(differs)
        if not differs:
            do.split.setChecked(False)
        do.overlay.setEnabled(document.face is not None)
        do.next_face.setEnabled(len(document.boxes) > 1 and not running)
        self._set_title()

    def _set_title(self) -> None:
        document = self.session.document
        path = self.session.projects.path or document.path
        name = engine.printable(path.name) if path else self.tr("Untitled")
        shown = f"{name}[*]" if document.photo is not None else "[*]"
        separator = " — " if document.photo is not None else ""
        self.setWindowTitle(f"{shown}{separator}MaskFaceGAN Editor")
        self.setWindowModified(self.session.unsaved)

    # --- commands

    def _overlay_toggled(self, on: bool) -> None:
        self.canvas_controller.show_overlay(on)
        self.parts.regions.overlay.setChecked(on)
        if not self.session.runs.running:
            self.settings.set("overlay/visible", on)

    def _marking_changed(self) -> None:
        if self.faces.marking.on:
            self.straightening.cancel()

    def _straighten(self) -> None:
        self.faces.marking.cancel()
        self.straightening.begin()

    def _search(self) -> None:
        self.parts.tabs.setCurrentWidget(self.parts.attributes)
        self.parts.attributes.search.setFocus()
        self.parts.attributes.search.selectAll()

    def show_packs(self) -> PacksDialog:
        chosen, pack = self.settings.get("pack"), self.session.pack
        used = pack.name if chosen == AUTO and pack is not None else chosen
        dialog = PacksDialog(self, used, self.settings.reports())
        dialog.report_loaded.connect(self.settings.add_report)
        dialog.pack_chosen.connect(lambda name: self.settings.set("pack", name))
        dialog.open()
        return dialog

    def offer_pack(self, lacking: PackState | None) -> None:
        """Offer a pack that is not in place, under what is said already; nothing for None."""
        self.offered = pack_offer.offer(lacking, self.settings, lambda name: self.show_packs().get(name))
        if self.offered is not None:
            self.parts.message.show_later(self.offered)

    def show_shortcuts(self) -> None:
        self.keys.follow_layout()  # another one may have been chosen since
        groups = from_actions(self.commands.groups())
        held = [(entry.key, entry.text) for entry in self.commands.held]
        ShortcutsDialog([*groups, (self.tr("Held and mouse"), held)], self).open()

    # --- events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if drop_and_paste.acceptable(event.mimeData()):
            event.acceptProposedAction()
            self.parts.welcome.show_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.parts.welcome.show_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.parts.welcome.show_drop(False)
        event.acceptProposedAction()
        self.files.take(
            drop_and_paste.take(event.mimeData()), self.tr("What was dropped is not a file of this computer.")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == BEFORE_KEY and not event.modifiers() and not is_text(QApplication.focusWidget()):
            if not event.isAutoRepeat():
                self.parts.canvas.show_before(True)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == BEFORE_KEY and not event.isAutoRepeat():
            self.parts.canvas.show_before(False)
            return
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.parts.canvas.show_before(False)  # the key's release may go to another window
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and not self.files.ask_before_closing(self.close_now):
            event.ignore()
            return
        self.settings.set_state("window", self.saveGeometry())
        self.many.close()
        self.session.close()
        self.faces.marking.cancel()
        self.straightening.cancel()
        self.parts.busy.stop()
        event.accept()

    def close_now(self) -> None:
        """Close without asking: what is not saved has been dealt with."""
        self._may_close = True
        self.close()
