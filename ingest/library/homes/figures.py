"""Figures over all reports of a shared library at once: which of them name an indicator. Asked of PostgreSQL.

It gives what ``stated.FigureSearch`` gives. A piece of a wording stands in what a figure counts only where all pairs of
neighbouring characters in the piece do, which an index over pairs tells; whether they stand there side by side is then
looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.library.homes import tables
from ingest.library.homes.records import Records
from ingest.library.stated import Filter, Stated, Term
from ingest.library.store import Catalogue

_FIND = """
SELECT report, ordinal, figure, count(*) OVER () FROM (
    SELECT report, ordinal, figure, said, file, id, {named} AS named
    FROM figures JOIN reports ON key = report
    WHERE state = 'ready' AND NOT dated AND {only} AND ({terms})
) AS found WHERE named = {best}
ORDER BY {order} file COLLATE "C", id, ordinal LIMIT {limit}"""


class SharedFigureSearch:
    """Searches what figures count; may be called from many threads.

    :raises LibraryError: if the library cannot be read.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def warm(self, catalogue: Catalogue) -> None:
        """Nothing is held here that could be read beforehand."""

    def find(self, catalogue: Catalogue, terms: Sequence[Term], only: Filter, limit: int) -> tuple[list[Stated], int]:
        """The figures that name most of the terms, those that name little else first; without terms all, as they are
        read. Dates are left out. At most ``limit`` are returned, of the second value's many."""
        for best in range(len(terms), 0, -1) or (0,):
            query, values = _query(catalogue, terms, only, best, limit)
            with self._records.connection() as db:
                found = db.execute(query, values).fetchall()
            if found:
                stated = [
                    Stated(catalogue.by_key[key].report.id, tables.figure_from(figure), best)
                    for key, _, figure, _ in found
                    if key in catalogue.by_key
                ]
                return stated, int(found[0][3])
        return [], 0


def _query(
    catalogue: Catalogue, terms: Sequence[Term], only: Filter, best: int, limit: int
) -> tuple[str, dict[str, Any]]:
    """The figures of which exactly ``best`` of the terms are named, and the values bound."""
    values: dict[str, Any] = {"best": best, "limit": limit}
    held = [_holds(term, values) for term in terms]
    query = _FIND.format(
        named=" + ".join(f"({one})::integer" for one in held) or "0",
        only=_only(catalogue, only, values),
        terms=(" AND " if best == len(terms) else " OR ").join(f"({one})" for one in held) or "true",
        best="%(best)s",
        order="length(said)," if terms else "",
        limit="%(limit)s",
    )
    return query, values


def _holds(term: Term, values: dict[str, Any]) -> str:
    """Whether a figure names a term: all pieces of one of its wordings."""
    wordings = []
    for wording in term:
        pieces = []
        for piece in map(str.lower, map(tables.plain, wording)):
            name = f"piece{len(values)}"
            values[name], values[f"{name}_pairs"] = piece, tables.pairs_of(piece)
            pieces.append(f"(pairs @> %({name}_pairs)s::text[] AND strpos(said, %({name})s) > 0)" if piece else "false")
        wordings.append(" AND ".join(pieces) or "true")
    return " OR ".join(f"({one})" for one in wordings) or "false"


def _only(catalogue: Catalogue, only: Filter, values: dict[str, Any]) -> str:
    """Which figures a filter lets pass."""
    wanted = ["true"]
    if only.reports is not None:
        values["reports"] = [catalogue.by_id[one].key for one in only.reports if one in catalogue.by_id]
        wanted.append("report = ANY(%(reports)s)")
    if only.first is not None:
        values |= {"first": only.first, "last": only.last or only.first}
        wanted.append("first = %(first)s AND last = %(last)s")
    if only.status:
        values["status"] = only.status
        wanted.append("status = %(status)s")
    if only.grown:
        wanted.append("grown")
    return " AND ".join(wanted)
