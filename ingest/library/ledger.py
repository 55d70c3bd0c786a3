"""Which files the library has taken in, written beside it, so that a lost or unreadable library file can be made anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ingest.errors import LibraryError, in_chinese

FILE = "taken-in.jsonl"


class Ledger:
    """A file of lines ["+", path] and ["-", path]; the last line of a path says whether its report is in the library.

    It is for salvage alone: SQLite is the truth, and a line that a power cut has torn does no harm.
    """

    def __init__(self, home: Path) -> None:
        self.file = home / FILE

    def came(self, paths: Iterable[str]) -> None:
        """Note that reports have come in from these files."""
        self._append("+", paths)

    def left(self, paths: Iterable[str]) -> None:
        """Note that the reports of these files have been removed."""
        self._append("-", paths)

    def paths(self) -> tuple[str, ...]:
        """The files whose reports are in the library, in the order in which they first came."""
        found: dict[str, bool] = {}
        try:
            lines = self.file.read_bytes().splitlines()
        except OSError:
            return ()
        for line in lines:
            try:
                sign, path = json.loads(line)
                found[str(path)] = sign == "+"
            except (ValueError, TypeError):  # torn
                continue
        return tuple(path for path, here in found.items() if here)

    def _append(self, sign: str, paths: Iterable[str]) -> None:
        lines = [json.dumps([sign, path], ensure_ascii=False) + "\n" for path in paths if path]
        if not lines:
            return
        try:
            with self.file.open("a", encoding="utf-8", errors="surrogatepass") as file:
                file.writelines(lines)
        except OSError as fault:
            raise LibraryError(
                f"{self.file} 无法写入（{in_chinese(fault)}）。请检查磁盘空间和权限；已收入的内容没有丢失。"
            ) from fault
