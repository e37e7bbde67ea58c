"""Frozen results: composites from stored runs, projects of every version, records of the command line."""
