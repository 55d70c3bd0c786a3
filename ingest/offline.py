"""No telemetry and no downloads: the switches of every library used, set before any of them is imported.

A variable that the user has set stays as it is: HF_HUB_OFFLINE=0 lets a named model be downloaded.
"""

from __future__ import annotations

import os

_DEFAULTS = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "OPENBLAS_NUM_THREADS": "1",  # NumPy: its products here are small, and to share one out takes longer than the product
    "OTEL_SDK_DISABLED": "true",
    "RAY_USAGE_STATS_ENABLED": "0",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


def stay_offline() -> None:
    """Set the switches in this process's environment, where they are not set."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
