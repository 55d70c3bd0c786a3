"""What an importer makes of a file: questions, and the texts that they ask about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.sets.questions import Gold, QuestionSetError
from ingest.errors import in_chinese

#: characters of a file's name, so that every file system takes it
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Imported:
    """Questions, and documents by file name."""

    questions: tuple[Gold, ...]
    documents: Mapping[str, str]

    def write_documents(self, folder: Path) -> int:
        """Write the documents into a folder, to be taken in by ``wenbao eval --reports``; how many there are.

        :raises QuestionSetError: where the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in self.documents.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
        except OSError as fault:
            raise QuestionSetError(f"{folder}：不能写入（{in_chinese(fault)}）。请检查路径和权限。") from fault
        return len(self.documents)


def file_name(title: str) -> str:
    """A text file's name made of a title: what other characters a system might not take are left out."""
    kept = "".join(character for character in title if character.isalnum() or character in "-_")
    return kept[:_LONGEST_NAME] + ".txt"
