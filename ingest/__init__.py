"""Ingestion: a file becomes a report in the library."""

import os

from ingest.offline import stay_offline

stay_offline()
# The matrices of one question are small: handing them round among threads takes ten times as long as multiplying them.
# To be set before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
