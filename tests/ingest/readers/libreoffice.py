"""LibreOffice as an office uses it: to save a file in another format. For tests that need real files of old formats."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ingest.readers.office import find_program

needed = pytest.mark.skipif(find_program() is None, reason="LibreOffice is not installed")


def save_as(source: Path, suffix: str, filter_name: str = "") -> Path:
    """A copy of a file in the format that a suffix stands for, beside it."""
    made = source.with_suffix(suffix)
    profile = source.parent / "libreoffice-profile"
    command = [str(find_program()), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += [
        "--convert-to",
        suffix[1:] + (f":{filter_name}" if filter_name else ""),
        "--outdir",
        str(source.parent),
        str(source),
    ]
    for _ in range(2):  # a new profile makes it ask to be started again
        subprocess.run(command, capture_output=True, timeout=120, check=False)
        if made.is_file():
            return made
    raise AssertionError(f"LibreOffice has made no {made}")
