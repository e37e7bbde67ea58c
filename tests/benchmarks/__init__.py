"""How quick the window is: `python -m tests.benchmarks`. Figures, not tests: nothing here passes or fails."""
