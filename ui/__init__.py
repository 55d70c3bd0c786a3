"""Faces: the command line, the page and the interfaces for programs."""

import ingest as ingest  # before NumPy: how many threads that takes is read once, when it is imported
