"""One edit of many photos: on one machine, or on a cluster with Ray. `run.run_batch` is the way in."""
