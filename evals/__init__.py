"""Measuring: question sets, metrics, baselines, speed and scale."""

import ingest as ingest  # before NumPy: how many threads that takes is read once, when it is imported
