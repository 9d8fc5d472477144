"""Whatever is wrong with a library on disk is one line, and nothing stored is lost or overwritten."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from playhead.tools.embedders.hashing import HashingEmbedder
from playhead.tools.embedding import default_embedder, made_with
from playhead.tools.errors import (
    EmbedderChangedError,
    LibraryError,
    LibraryLockedError,
    LibraryVersionError,
)
from playhead.tools.library import Library
from playhead.tools.memory.database import Database
from playhead.tools.memory.locks import file_lock
from playhead.tools.memory.schema import MIGRATIONS
from playhead.tools.protocols import VectorStore
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.types import Memory, Span, Video


def opened(
    path: Path, store: VectorStore | None = None, dimension: int = 64, *, reembed: bool = False
) -> Library:
    return Library(path, HashingEmbedder(dimension), store or InMemoryStore(), 0.2, reembed=reembed)


def memories(count: int, words: str = "words") -> list[Memory]:
    return [Memory("v", Span(i, i + 1), "speech", f"{words} number{i}") for i in range(count)]


def filled(path: Path, count: int = 5) -> Path:
    with opened(path) as library:
        library.put_video(Video("v", "/v.mkv", "v", 60.0))
        library.add("v", memories(count), work=("speech", "0"))
    return path


def sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path / "library.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_another_embedder_is_refused_with_both_cures(tmp_path: Path) -> None:
    filled(tmp_path)
    with pytest.raises(
        EmbedderChangedError, match=r"'hashing:64', not 'hashing:128'.*--set embedder=hashing:64"
    ) as raised:
        opened(tmp_path, dimension=128)
    assert "library --set embedder=hashing:128 repair" in raised.value.cure


def test_an_empty_library_takes_any_embedder(tmp_path: Path) -> None:
    opened(tmp_path).close()
    opened(tmp_path, dimension=128).close()


def test_all_can_be_embedded_anew(tmp_path: Path) -> None:
    filled(tmp_path)
    Library(tmp_path, HashingEmbedder(64)).close()
    with Library(tmp_path, HashingEmbedder(128), reembed=True) as library:
        assert library.dense("number3")[0].memory.text == "words number3"
        assert library.verify() == []
    assert made_with(tmp_path) == "hashing:128@2"
    with Library(tmp_path, HashingEmbedder(128)) as library:
        assert len(library.search("number3")) == 5


def test_a_library_open_elsewhere_while_reembedded_stops_writing(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as old:
        opened(tmp_path, dimension=128, reembed=True).close()
        with pytest.raises(EmbedderChangedError):
            old.add("v", memories(1, "late"))


def test_auto_keeps_to_what_made_the_library(tmp_path: Path) -> None:
    assert default_embedder(tmp_path).fingerprint.startswith("minilm")
    filled(tmp_path)
    assert default_embedder(tmp_path).fingerprint == "hashing:64@2"
    assert made_with(tmp_path / "nowhere") is None


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    sql(filled(tmp_path), f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryVersionError, match=r"newer playhead.*upgrade"):
        opened(tmp_path)


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    old = Database(tmp_path / "library.db", MIGRATIONS[:1])
    old.run("INSERT INTO replies (key, text) VALUES ('key', 'kept')")
    old.close()
    with opened(tmp_path) as library:
        assert library.reply("key") == "kept"
        library.put_video(Video("v", "", "v", 1.0))
        library.put_reply("of the video", "goes", "v")
        library.remove("v")
        assert library.reply("of the video") is None


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    sql(tmp_path, "CREATE TABLE recipes (name TEXT)")
    before = (tmp_path / "library.db").read_bytes()
    with pytest.raises(LibraryError, match="not a playhead library"):
        opened(tmp_path)
    assert (tmp_path / "library.db").read_bytes() == before


@pytest.mark.parametrize("damage", [b"garbage" * 2000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_told_and_not_overwritten(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "library.db").write_bytes(damage)
    with pytest.raises(LibraryError, match="library") as raised:
        opened(tmp_path)
    assert "\n" not in str(raised.value)
    assert (tmp_path / "library.db").read_bytes() == damage


def test_damage_inside_the_file_is_one_line_too(tmp_path: Path) -> None:
    file = filled(tmp_path, 300) / "library.db"
    data = bytearray(file.read_bytes())
    data[8192:] = b"\x5a" * (len(data) - 8192)
    file.write_bytes(data)
    with pytest.raises(LibraryError, match=r"damaged.*nothing was overwritten"), opened(tmp_path) as library:
        library.memories()


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(LibraryError, match="--library"):
            opened(path)


@pytest.mark.skipif(not shutil.which("setpriv") or os.getuid() != 0, reason="root may write everywhere")
def test_a_folder_without_rights(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from playhead.tools.library import Library\n"
        "from playhead.tools.embedders.hashing import HashingEmbedder\n"
        "try: Library(Path(sys.argv[1]), HashingEmbedder())\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    command = ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", code, "/proc/none"]
    assert "LibraryError cannot use" in subprocess.check_output(command, text=True)


def test_a_writer_that_holds_on_is_named(tmp_path: Path) -> None:
    holder = sqlite3.connect(filled(tmp_path) / "library.db", isolation_level=None)
    with opened(tmp_path) as library:
        holder.execute("BEGIN IMMEDIATE")
        assert len(library.memories()) == 5
        with pytest.raises(LibraryLockedError, match="another process"):
            library.put_reply("key", "text")
        holder.execute("ROLLBACK")
        library.put_reply("key", "text")
        assert library.reply("key") == "text"
    holder.close()


def test_only_one_at_a_time_indexes_a_video(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as here, opened(tmp_path) as there, here.indexing_lock("v"):
        with here.indexing_lock("v"), there.indexing_lock("another video"):
            pass
        with pytest.raises(LibraryLockedError, match="another process, indexing"), there.indexing_lock("v"):
            pass
        with pytest.raises(LibraryLockedError):
            there.remove("v")
        assert here.remove("v")


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from playhead.tools.memory.locks import file_lock\n"
        "with file_lock(Path(sys.argv[1]), 1): print('held', flush=True); sys.stdin.read()"
    )
    lock = filled(tmp_path) / "locks" / "v.lock"
    command = [sys.executable, "-c", code, str(lock)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child,
        opened(tmp_path) as library,
    ):
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LibraryLockedError), library.indexing_lock("v"):
            pass
        child.kill()
        child.wait()
        with library.indexing_lock("v"):
            pass


def test_a_waiting_process_gets_the_lock(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as here, opened(tmp_path) as there:
        got = threading.Event()

        def wait() -> None:
            with there.indexing_lock("v", timeout_s=300):
                got.set()

        with here.indexing_lock("v"):
            thread = threading.Thread(target=wait)
            thread.start()
            assert not got.is_set()
        thread.join(300)
        assert got.is_set()


def test_who_waits_behind_several_waits_on_while_they_get_on(tmp_path: Path) -> None:
    with ExitStack() as held:
        held.enter_context(file_lock(tmp_path / "lock", 0))
        steps = iter(range(1, 10))

        def progress() -> int:
            if (step := next(steps)) == 8:
                held.close()
            return step // 2

        with file_lock(tmp_path / "lock", 0.01, progress=progress):
            pass
        assert next(steps, None) is None


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as library:
        pages = library._database.value("PRAGMA page_count")
        library._database.value(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(LibraryError, match=r"disk is full; nothing stored was lost.*free some space"):
            library.add("v", memories(500, "more"), work=("speech", "1"))
        assert len(library.memories()) == 5
        assert library.done("v", "speech") == {"0"}
        library._database.value("PRAGMA max_page_count = 1000000")
        assert library.add("v", memories(500, "more"), work=("speech", "1")) == 500
        assert library.verify() == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.name != "posix" or subprocess.call(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]):
        pytest.skip("only root can mount a small disk")
    return folder


def test_a_disk_that_really_fills_up(tiny_disk: Path) -> None:
    try:
        filled(tiny_disk)
        with opened(tiny_disk) as library:
            with pytest.raises(LibraryError, match=r"full|disk i/o"):
                library.add("v", memories(5000, "more"), work=("speech", "1"))
            assert len(library.memories()) == 5
            assert library.done("v", "speech") == {"0"}
    finally:
        subprocess.check_call(["umount", "-l", str(tiny_disk)])


class Failing(InMemoryStore):
    """A store whose disk is full until told otherwise."""

    broken = True

    def upsert(self, *arguments: object) -> None:
        if self.broken:
            raise LibraryError("the vector store failed: disk full", "free some space")
        super().upsert(*arguments)  # type: ignore[arg-type]


def test_a_store_that_fails_is_told_later(tmp_path: Path) -> None:
    with opened(tmp_path, store := Failing()) as library:
        library.put_video(Video("v", "", "v", 1.0))
        library.add("v", memories(3))
        with pytest.raises(LibraryError, match="disk full"):
            library.search("number1")
        store.broken = False
        assert library.search("number1")[0].memory.text == "words number1"


def test_vectors_that_were_lost_come_back_without_embedding(tmp_path: Path) -> None:
    with Library(filled(tmp_path), HashingEmbedder(64)) as library:
        assert len(library.dense("number1")) == 5
    shutil.rmtree(tmp_path / "chroma")

    class Queries(HashingEmbedder):
        def embed_texts(self, texts):  # type: ignore[no-untyped-def]
            assert len(texts) == 1
            return super().embed_texts(texts)

    with Library(tmp_path, Queries(64)) as library:
        assert library.dense("number1")[0].memory.text == "words number1"
        assert library.verify() == []


@pytest.mark.parametrize("victim", ["chroma.sqlite3", "*/*"])
def test_a_damaged_chroma_is_filled_anew(tmp_path: Path, victim: str) -> None:
    with Library(filled(tmp_path, 150), HashingEmbedder(64)) as library:
        assert len(library.dense("number1")) == 16
    files = [file for file in (tmp_path / "chroma").glob(victim) if file.is_file()]
    assert files
    for file in files:
        file.write_bytes(b"\xff" * file.stat().st_size)
    with Library(tmp_path, HashingEmbedder(64)) as library:
        assert library.dense("number1")[0].memory.text == "words number1"


def test_verify_sees_and_repair_mends(tmp_path: Path) -> None:
    store = InMemoryStore()
    with opened(filled(tmp_path), store) as library:
        library.search("number1")
        strange = np.full((1, 64), 0.125, np.float32)
        names = sorted(store.ids())
        store.delete(names[:1])
        store.upsert(
            ["stranger"],
            strange,
            [{"video_id": "v", "kind": "speech", "level": "clip", "start_s": 0.0, "end_s": 1.0}],
        )
        library._database.run("DELETE FROM words WHERE rowid = 2")
        library._database.run("DELETE FROM vectors WHERE key = 3")
        problems = " | ".join(library.verify())
        for sign in (
            "1 lines of the full-text",
            "1 memories have no vector",
            "text vectors are not",
            "belong to nothing",
        ):
            assert sign in problems
        library.repair()
        assert library.verify() == []
        assert len(library.lexical("words")) == 5


def test_two_processes_share_one_folder(tmp_path: Path) -> None:
    """One indexes and the others search, all through embedded Chroma."""
    code = (
        "import sys; from pathlib import Path; from playhead.tools.library import Library\n"
        "from playhead.tools.embedders.hashing import HashingEmbedder; from playhead.tools.types import *\n"
        "name = sys.argv[2]\n"
        "with Library(Path(sys.argv[1]), HashingEmbedder(64)) as library:\n"
        "    library.put_video(Video(name, '', name, 9.0))\n"
        "    for i in range(15):\n"
        "        line = Memory(name, Span(i, i), 'speech', f'{name} word{i}')\n"
        "        library.add(name, [line], work=('speech', str(i)))\n"
        "        assert library.search(f'{name} word{i}'), i\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("a", "b", "c")
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    with Library(tmp_path, HashingEmbedder(64)) as library:
        assert len(library.dense("word3", limit=99)) == 45
        assert library.verify() == []
