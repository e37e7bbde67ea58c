"""Non-blocking dialogs: each is opened and answers by a signal or a callback."""
