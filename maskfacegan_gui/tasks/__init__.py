"""Background work: worker lanes, engine tasks, compositing, live preview."""
