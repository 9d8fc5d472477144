"""The memory tables of a library: written in one transaction, filtered, and searched by words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from playhead.tools.memory.database import Database, Row
from playhead.tools.memory.lexical import indexable, match_expression
from playhead.tools.memory.rows import MEMORY_COLUMNS, memory_from, memory_row, vector_blob, vectors_from
from playhead.tools.protocols import Filter
from playhead.tools.types import HEARD, Memory, Vectors
from playhead.tools.words.sounds import Vocabulary

Space = str
"""Which vectors: `text` or `visual`. Each has its own embedder and its own store."""

CHUNK = 500

BY_SOUND = 0.5
"""What a word that only sounds like an asked one counts for beside the word itself."""

IS_HEARD = f"m.kind = 'speech' AND m.source LIKE '{HEARD}%'"
EVERYTHING = Filter()


class Memories:
    """What is remembered. Nothing here touches a vector store."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._heard: tuple[tuple[object, ...], Vocabulary] = ((), Vocabulary(()))

    def known(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are stored already."""
        return {row[0] for row in self._by_id("id", ids)}

    def insert(self, memories: Sequence[Memory], vectors: Mapping[Space, Mapping[str, Vectors]]) -> int:
        """Store those that are new, with their vectors by space and memory id; how many were new."""
        with self.database.transaction():
            known = self.known([memory.id for memory in memories])
            new = {memory.id: memory for memory in memories if memory.id not in known}
            sql = f"INSERT INTO memories ({MEMORY_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)"  # noqa: S608
            self.database.many(sql, [memory_row(memory) for memory in new.values()])
            keys: dict[str, int] = dict(self._by_id("id, key", list(new)))
            words = [(keys[name], indexable(memory.text)) for name, memory in new.items()]
            self.database.many("INSERT INTO words (rowid, text) VALUES (?,?)", words)
            for space, rows in vectors.items():
                values = [(keys[name], space, vector_blob(row)) for name, row in rows.items() if name in new]
                self.database.many("INSERT INTO vectors (key, space, vector) VALUES (?,?,?)", values)
        return len(new)

    def select(self, where: Filter, limit: int | None = None) -> list[Memory]:
        """In order of time, video by video."""
        condition, values = conditions(where)
        sql = (
            f"SELECT {MEMORY_COLUMNS} FROM memories m WHERE {condition} "  # noqa: S608
            "ORDER BY video_id, start_s, end_s, key LIMIT ?"
        )
        return [
            memory_from(row) for row in self.database.rows(sql, (*values, -1 if limit is None else limit))
        ]

    def delete(self, where: Filter) -> int:
        condition, values = conditions(where)
        return self.database.run(f"DELETE FROM memories AS m WHERE {condition}", values)  # noqa: S608

    def by_id(self, ids: Sequence[str], where: Filter = EVERYTHING) -> dict[str, Memory]:
        """Those of `ids` that are stored and pass the filter."""
        return {row[0]: memory_from(row) for row in self._by_id(MEMORY_COLUMNS, ids, where=where)}

    def search(self, query: str, where: Filter, limit: int) -> list[str]:
        """Memory ids by BM25 over the terms of the query, best first; no query raises.

        In what was heard, words that sound like a name in the query count too, for less (`BY_SOUND`).
        """
        if not (expression := match_expression(query)) or limit < 1:
            return []
        scores = self._scores(expression, where, limit)
        if alike := self.heard(where.video_ids).heard_as(query):
            sounds = " OR ".join(f'"{unit}"' for unit in dict.fromkeys(chain(*alike.values())))
            wider = self._scores(f"{expression} OR {sounds}", where, limit, heard=True)
            for name, score in wider.items():
                exact = scores.get(name, 0.0)
                scores[name] = exact + BY_SOUND * max(0.0, score - exact)
        return sorted(scores, key=lambda name: -scores[name])[:limit]

    def _scores(self, expression: str, where: Filter, limit: int, heard: bool = False) -> dict[str, float]:
        """BM25 by memory id, the higher the better, best first."""
        condition, values = conditions(where)
        if heard:
            condition = f"{condition} AND {IS_HEARD}"
        sql = (
            "SELECT m.id, -bm25(words) FROM words JOIN memories m ON m.key = words.rowid "  # noqa: S608
            f"WHERE words MATCH ? AND {condition} ORDER BY bm25(words), m.start_s, m.key LIMIT ?"
        )
        return dict(self.database.rows(sql, (expression, *values, limit)))

    def heard(self, video_ids: Sequence[str]) -> Vocabulary:
        """What a recogniser heard in these videos, in all of them without any."""
        condition, values = conditions(Filter(video_ids=tuple(video_ids)))
        facts = f"SELECT count(*), max(key) FROM memories m WHERE {condition} AND {IS_HEARD}"  # noqa: S608
        stamp = (*values, *self.database.rows(facts, values)[0])
        if self._heard[0] != stamp:
            texts = f"SELECT text FROM memories m WHERE {condition} AND {IS_HEARD}"  # noqa: S608
            found = Vocabulary.of(row[0] for row in self.database.rows(texts, values))
            self._heard = (stamp, found)
        return self._heard[1]

    def vectors(self, space: Space, ids: Sequence[str]) -> dict[str, Vectors]:
        """The stored vectors of these memories in a space, unit length."""
        columns = "id, (SELECT vector FROM vectors v WHERE v.key = m.key AND v.space = ?)"
        found = [row for row in self._by_id(columns, ids, (space,)) if row[1] is not None]
        rows: Iterable[Vectors] = vectors_from([row[1] for row in found]) if found else []
        return {row[0]: vector for row, vector in zip(found, rows, strict=True)}

    def without_vector(self, space: Space) -> list[Memory]:
        """Memories with words but no vector in the space."""
        columns = ", ".join(f"m.{name}" for name in MEMORY_COLUMNS.split(", "))
        sql = (
            f"SELECT {columns} FROM memories m LEFT JOIN vectors v ON v.key = m.key AND v.space = ? "  # noqa: S608
            "WHERE v.key IS NULL AND trim(m.text) != ''"
        )
        return [memory_from(row) for row in self.database.rows(sql, (space,))]

    def set_vectors(self, space: Space, vectors: Mapping[str, Vectors]) -> None:
        """Give vectors to stored memories that have none."""
        sql = (
            "INSERT OR REPLACE INTO vectors (key, space, vector) SELECT key, ?, ? FROM memories WHERE id = ?"
        )
        self.database.many(sql, [(space, vector_blob(row), name) for name, row in vectors.items()])

    def index_words(self) -> None:
        """Write the full-text table anew."""
        with self.database.transaction():
            self.database.run("DELETE FROM words")
            texts = self.database.rows("SELECT key, text FROM memories")
            rows = [(key, indexable(text)) for key, text in texts]
            self.database.many("INSERT INTO words (rowid, text) VALUES (?,?)", rows)

    def problems(self) -> list[str]:
        """What is wrong with the tables, one line each."""
        sql = (
            "SELECT (SELECT count(*) FROM memories WHERE key NOT IN (SELECT id FROM words_docsize)) "
            "+ (SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT key FROM memories))"
        )
        wrong = self.database.value(sql)
        bare = len(self.without_vector("text"))
        problems = [f"{wrong} lines of the full-text table do not fit the memories"] if wrong else []
        return problems + ([f"{bare} memories have no vector"] if bare else [])

    def _by_id(
        self, columns: str, ids: Sequence[str], values: Sequence[object] = (), where: Filter = EVERYTHING
    ) -> list[Row]:
        condition, bounds = conditions(where)
        found: list[Row] = []
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT {columns} FROM memories m WHERE {condition} AND m.id IN ({marks})"  # noqa: S608
            found += self.database.rows(sql, (*values, *bounds, *chunk))
        return found


def conditions(where: Filter) -> tuple[str, list[object]]:
    """A filter as SQL over the columns of `memories m`, and its values."""
    parts: list[str] = ["1"]
    values: list[object] = []
    for column, wanted in (("video_id", where.video_ids), ("kind", where.kinds), ("level", where.levels)):
        if wanted:
            parts.append(f"m.{column} IN ({','.join('?' * len(wanted))})")
            values += wanted
    bounds = (("end_s >=", where.start_s), ("start_s <=", where.end_s), ("end_s <=", where.before_s))
    for comparison, bound in bounds:
        if bound is not None:
            parts.append(f"m.{comparison} ?")
            values.append(float(bound))
    return " AND ".join(parts), values
