"""Every action of the application: text, shortcut, icon and tooltip, in one place.

The menus, the toolbar and the sheet of shortcuts are made from these; what they do is connected by the
main window.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow

from ..look.icons import Icons

Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class HeldKey:
    """A key that works for as long as it is held; not an action, but listed with them."""

    key: str
    text: str


class Actions(QObject):
    """The QActions as attributes; `groups` has them by menu, in order."""

    def __init__(self, window: QMainWindow, icons: Icons, undo_stack: QUndoStack) -> None:
        super().__init__(window)
        self._window, self._icons = window, icons
        t = self.tr
        self.open = self._make(t("&Open…"), Keys.Open, "open", t("Open a photo"))
        self.recent = self._make(t("Open &recent"), None, None, "")
        self.paste = self._make(t("&Paste"), Keys.Paste, "paste", t("Open the picture in the clipboard"))
        self.random = self._make(
            t("New &random face"), "Ctrl+Shift+N", "random", t("A face of nobody, to try things on")
        )
        self.save = self._make(
            t("&Save picture…"), Keys.Save, "save", t("Save the photo with its edits, at full size")
        )
        self.export = self._make(
            t("&Export picture…"),
            "Ctrl+Shift+E",
            None,
            t("Choose format, quality and metadata, then save"),
        )
        self.save_project = self._make(
            t("Save pro&ject"), "Ctrl+Shift+S", None, t("Save photo, masks and edits, to go on later")
        )
        self.save_project_as = self._make(t("Save project as…"), None, None, "")
        self.export_mask = self._make(
            t("Export &mask…"),
            "Ctrl+Shift+M",
            "export_mask",
            t("Save where the edit shows, as a grey picture"),
        )
        self.many = self._make(
            t("Edit &many photos…"), "Ctrl+Shift+B", None, t("One saved edit of all photos in a folder")
        )
        self.copy = self._make(
            t("&Copy picture"), Keys.Copy, "copy", t("Copy the edited photo to the clipboard")
        )
        self.rotate_left = self._make(
            t("Rotate &left"), "Ctrl+Shift+R", "rotate_left", t("Turn the whole photo anticlockwise")
        )
        self.rotate_right = self._make(
            t("Rotate ri&ght"), "Ctrl+R", "rotate_right", t("Turn the whole photo clockwise")
        )
        self.flip = self._make(
            t("Flip &horizontally"), None, "mirror", t("Show the whole photo as in a mirror")
        )
        self.straighten = self._make(
            t("&Straighten…"), "Ctrl+T", "straighten", t("Turn the whole photo by a small angle")
        )
        self.turns = [self.rotate_left, self.rotate_right, self.flip, self.straighten]
        self.quit = self._make(t("&Quit"), Keys.Quit, None, "")
        self.apply = self._make(t("&Apply edit"), "Ctrl+Return", "apply", t("Run the edit"))
        self.pause = self._make(
            t("&Pause"), "Ctrl+P", "pause", t("Hold the run, or go on with it"), checkable=True
        )
        self.keep = self._make(
            t("Stop and &keep"), "Ctrl+K", "stop", t("End the run and show what it has reached")
        )
        self.cancel = self._make(t("&Cancel run"), "Shift+Esc", "discard", t("End the run and discard it"))
        self.commit = self._make(
            t("Co&mmit result"), "Ctrl+Shift+Return", "commit", t("Keep this edit and go on from it")
        )
        self.discard = self._make(
            t("&Discard result"), "Ctrl+Backspace", "discard", t("Go back to before this edit")
        )
        self.split = self._make(
            t("&Split before and after"),
            "Y",
            "split",
            t("Before on the left, after on the right of a line to drag"),
            checkable=True,
        )
        self.overlay = self._make(
            t("Show &regions"),
            "O",
            "overlay",
            t("The face's regions as colours over the photo"),
            checkable=True,
        )
        self.zoom_in = self._make(t("Zoom &in"), Keys.ZoomIn, "zoom_in", "")
        self.zoom_out = self._make(t("Zoom &out"), Keys.ZoomOut, "zoom_out", "")
        self.fit = self._make(t("&Fit the photo"), "Ctrl+0", "fit", t("Show the whole photo"))
        self.actual = self._make(
            t("&Actual pixels"), "Ctrl+1", "actual", t("One pixel of the photo on one pixel of the screen")
        )
        self._add_keys_of_layouts()
        self.hand = self._make(t("&Hand"), "H", "hand", t("Drag the photo"), checkable=True)
        self.brush = self._make(t("&Brush"), "B", "brush", t("Paint on the mask; Alt erases"), checkable=True)
        self.eraser = self._make(
            t("&Eraser"), "E", "eraser", t("Erase from the mask; Alt paints"), checkable=True
        )
        self.lasso = self._make(
            t("&Lasso"), "L", "lasso", t("Outline an area and add it; Alt takes it away"), checkable=True
        )
        self.fill = self._make(t("&Fill"), "G", "fill", t("Fill a hole in the mask"), checkable=True)
        self.pick = self._make(
            t("&Pick region"), "I", "pick", t("Choose the region you click"), checkable=True
        )
        self.tools = [self.hand, self.brush, self.eraser, self.lasso, self.fill, self.pick]
        group = QActionGroup(window)
        for tool in self.tools:
            group.addAction(tool)
        self.hand.setChecked(True)
        self.smaller = self._make(t("Smaller brush"), "[", None, "")
        self.larger = self._make(t("Larger brush"), "]", None, "")
        self.softer = self._make(t("Softer brush"), "Shift+[", None, "")
        self.harder = self._make(t("Harder brush"), "Shift+]", None, "")
        self.grow = self._make(t("Gro&w"), "Ctrl+Alt+G", "grow", t("Make the mask a little larger"))
        self.shrink = self._make(t("Shrin&k"), "Ctrl+Alt+S", "shrink", t("Make the mask a little smaller"))
        self.feather = self._make(t("&Feather"), "Ctrl+Alt+F", "feather", t("Soften the mask's border"))
        self.smooth = self._make(t("S&mooth"), "Ctrl+Alt+O", "smooth", t("Round the mask's outline"))
        self.mirror = self._make(
            t("M&irror"), "Ctrl+Alt+M", "mirror", t("Make both sides of the face alike, as the larger one")
        )
        self.reset = self._make(t("&Reset mask"), "Ctrl+Alt+R", "reset", t("Back to what the parser found"))
        self.mask_operations = [self.grow, self.shrink, self.feather, self.smooth, self.mirror, self.reset]
        self.next_face = self._make(t("&Next face"), "Ctrl+Right", None, "")
        self.mark = self._make(t("Mark a &face…"), "M", "mark", t("Place the five points of a face yourself"))
        self.search = self._make(t("Search &attributes"), Keys.Find, "search", "")
        self.shortcuts = self._make(t("&Keyboard shortcuts"), "F1", "help", "")
        self.preferences = self._make(t("&Preferences…"), "Ctrl+,", "preferences", "")
        self.packs = self._make(
            t("&Model packs…"), "Ctrl+Shift+K", None, t("Get, check, import and remove model packs")
        )
        self.updates = self._make(
            t("Check for &updates…"), None, None, t("Ask whether there is a newer version; only when you ask")
        )
        self.about = self._make(t("A&bout"), None, None, "")
        self.for_photo = [
            self.save,
            self.export,
            self.save_project,
            self.save_project_as,
            self.copy,
            self.fit,
            self.actual,
            self.zoom_in,
            self.zoom_out,
        ]
        self.undo = undo_stack.createUndoAction(window, t("&Undo"))  # their texts follow the stack
        self.undo.setShortcut(QKeySequence(Keys.Undo))
        self.redo = undo_stack.createRedoAction(window, t("&Redo"))
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action, icon in ((self.undo, "undo"), (self.redo, "redo")):
            icons.put(action, icon)
            window.addAction(action)
        self.held = (
            HeldKey("C", t("Show the photo before the edits")),
            HeldKey(t("Space"), t("Drag the photo with the mouse")),
            HeldKey(t("Wheel"), t("Zoom at the pointer")),
        )

    def _make(
        self, text: str, keys: str | Keys | None, icon: str | None, tip: str, checkable: bool = False
    ) -> QAction:
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        self._set_tip(action, tip)
        action.setCheckable(checkable)
        if icon is not None:
            self._icons.put(action, icon)
        self._window.addAction(action)
        return action

    @staticmethod
    def _set_tip(action: QAction, tip: str) -> None:
        """What an action does, or its name, and its key."""
        told = tip or action.text().replace("&", "").rstrip("…")
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{told} ({shown})" if shown else told)

    def _add_keys_of_layouts(self) -> None:
        """Further keys, since Ctrl with a digit or with + cannot be typed on every layout without Shift: a
        French keyboard has à and & on the keys of 0 and 1, and = on that of +, as a US one."""
        zoom = QKeySequence.keyBindings(Keys.ZoomIn)
        self.zoom_in.setShortcuts([*zoom, QKeySequence("Ctrl+=")])
        for action, *more in ((self.fit, "Ctrl+À"), (self.actual, "Ctrl+&"), (self.pause, "Ctrl+.")):
            action.setShortcuts([action.shortcut(), *(QKeySequence(keys) for keys in more)])

    def set_brush_keys(self, left: str, right: str) -> None:
        """Name the keys right of P as the keyboard's layout has them. They work by their place
        (`frame.keys`); brackets work wherever they can be typed."""
        for action, shift, keys in (
            (self.smaller, "", (left, "[")),
            (self.larger, "", (right, "]")),
            (self.softer, "Shift+", (left, "[")),
            (self.harder, "Shift+", (right, "]")),
        ):
            action.setShortcuts([QKeySequence(shift + key) for key in dict.fromkeys(keys)])
            self._set_tip(action, "")

    def groups(self) -> list[tuple[str, list[QAction | None]]]:
        """Menu titles and their actions; None is a separator."""
        t = self.tr
        return [
            (
                t("&File"),
                [
                    self.open,
                    self.recent,
                    self.random,
                    None,
                    self.save,
                    self.export,
                    self.export_mask,
                    None,
                    self.save_project,
                    self.save_project_as,
                    None,
                    self.many,
                    None,
                    self.quit,
                ],
            ),
            (
                t("&Edit"),
                [
                    self.undo,
                    self.redo,
                    None,
                    self.copy,
                    self.paste,
                    None,
                    *self.turns,
                    None,
                    self.packs,
                    self.preferences,
                ],
            ),
            (
                t("&Run"),
                [
                    self.apply,
                    self.pause,
                    self.keep,
                    self.cancel,
                    None,
                    self.commit,
                    self.discard,
                    None,
                    self.search,
                    self.next_face,
                    self.mark,
                ],
            ),
            (
                t("&Mask"),
                [
                    *self.tools,
                    None,
                    *self.mask_operations,
                    None,
                    self.smaller,
                    self.larger,
                    self.softer,
                    self.harder,
                ],
            ),
            (
                t("&View"),
                [self.split, self.overlay, None, self.zoom_in, self.zoom_out, self.fit, self.actual],
            ),
            (t("&Help"), [self.shortcuts, None, self.updates, self.about]),
        ]
