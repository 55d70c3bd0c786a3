"""The library: reports in SQLite, which is the truth, and their vectors in Chroma, which can be rebuilt from it."""

from ingest.library.doctor import Problem
from ingest.library.library import Library, Outcome
from ingest.library.search import Hit

__all__ = ["Hit", "Library", "Outcome", "Problem"]
