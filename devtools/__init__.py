"""Which parts does dev.py have? The standard library only: they run before anything is installed."""
