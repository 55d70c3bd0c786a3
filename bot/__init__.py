"""Answering: a question becomes an answer with its evidence."""

import ingest as ingest  # before NumPy: how many threads that takes is read once, when it is imported
