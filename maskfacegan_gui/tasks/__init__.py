"""Work beside the GUI thread: lanes, engine tasks, compositing, live preview."""
