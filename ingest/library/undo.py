"""A report taken out so that it can be put back as it was, without its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.library.indexing import Indexed
    from ingest.library.library import Outcome
    from ingest.library.protocol import AnyLibrary


@dataclass(frozen=True)
class TakenOut:
    """A report that was in a library, whole, with the path of its file and the model that made its vectors."""

    indexed: Indexed
    path: str
    model: str


def take_out(library: AnyLibrary, report_id: str) -> TakenOut:
    """Remove a report and return it whole.

    :raises LibraryError: as ``AnyLibrary.copy_of`` does, and if the library cannot be written.
    """
    taken = library.copy_of(report_id)
    library.remove(report_id)
    return taken


def put_back(library: AnyLibrary, taken: TakenOut) -> Outcome:
    """Take a report in again; what has come from its file since is replaced.

    :raises LibraryError: if the library cannot be written.
    """
    if taken.model == library.embedder.fingerprint:
        return library.add_indexed([(taken.indexed, taken.path)])[0]
    return library.add(taken.indexed.analysis, taken.path)
