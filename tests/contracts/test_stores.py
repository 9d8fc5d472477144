"""One suite over every vector store: Chroma embedded, a real Chroma server, and in memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from playhead.tools import registry
from playhead.tools.errors import LibraryError, UsageError
from playhead.tools.protocols import Filter, VectorStore
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.types import Vectors

Maker = Callable[[], VectorStore]
NUMBERS = count()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real `chroma run`, stopped by its own process id; begun anew where another program took its port."""
    folder = tmp_path_factory.mktemp("server")
    while True:
        port = free_port()
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--path", str(folder)]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
            while server.poll() is None and not answers(port):
                time.sleep(0.05)
            if server.poll() is None:
                yield f"http://127.0.0.1:{port}"
                server.kill()
                return


def answers(port: int) -> bool:
    """Whether a Chroma is there."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(params=["chroma", "chroma server", "in_memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """A maker of stores; calling it again opens the same one, as another process would."""
    name = f"test-{next(NUMBERS)}"
    if request.param == "chroma server":
        url = request.getfixturevalue("chroma_url")
        return lambda: registry.load("stores", f"chroma:{url}", collection=name)
    return lambda: registry.load("stores", request.param, path=tmp_path / "chroma", collection=name)


@pytest.fixture
def store(make: Maker) -> Iterator[VectorStore]:
    made = make()
    yield made
    made.close()


def rows(number: int, dimension: int = 16, seed: int = 0) -> tuple[list[str], Vectors, list[dict[str, Any]]]:
    vectors = np.random.default_rng(seed).normal(size=(number, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kinds = ("speech", "screen", "caption")
    fields = [
        {
            "video_id": f"v{i % 4}",
            "kind": kinds[i % 3],
            "level": ("clip", "scene")[i % 2],
            "start_s": i * 1.0,
            "end_s": i + 2.0,
        }
        for i in range(number)
    ]
    return [f"m{i}" for i in range(number)], vectors, fields


def test_every_store_has_its_suite() -> None:
    assert registry.names("stores") == ("chroma", "in_memory")


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    ids, vectors, fields = rows(50)
    store.upsert(ids, vectors, fields)
    found = store.query(vectors[7], 5, Filter())
    exact = sorted((-float(row @ vectors[7]), name) for name, row in zip(ids, vectors, strict=True))[:5]
    assert [name for name, _ in found] == [name for _, name in exact]
    assert [cosine for _, cosine in found] == pytest.approx([-cosine for cosine, _ in exact], abs=1e-4)


@pytest.mark.parametrize(
    "where",
    [
        Filter(video_ids=("v1",)),
        Filter(video_ids=("v1", "v2"), kinds=("speech", "caption")),
        Filter(levels=("scene",)),
        Filter(start_s=10.5),
        Filter(end_s=4.0),
        Filter(start_s=10, end_s=12),
        Filter(before_s=9),
        Filter(("v0", "v3"), ("screen",), ("clip",), 1.0, 40.0, 30.0),
        Filter(video_ids=("nobody",)),
        Filter(before_s=0.5),
    ],
)
def test_filters_let_through_what_they_should(store: VectorStore, where: Filter) -> None:
    ids, vectors, fields = rows(60)
    exact = InMemoryStore()
    for each in (store, exact):
        each.upsert(ids, vectors, fields)
    found, wanted = (each.query(vectors[3], 60, where) for each in (store, exact))
    assert [name for name, _ in found] == [name for name, _ in wanted]


def test_upsert_replaces(store: VectorStore) -> None:
    ids, vectors, fields = rows(4)
    store.upsert(ids, vectors, fields)
    store.upsert(["m0"], vectors[1:2], [{**fields[0], "kind": "digest"}])
    assert store.count() == 4
    [(name, cosine)] = store.query(vectors[1], 4, Filter(kinds=("digest",)))
    assert name == "m0"
    assert cosine == pytest.approx(1, abs=1e-5)


def test_delete_and_clear_leave_what_they_should(store: VectorStore) -> None:
    ids, vectors, fields = rows(5)
    store.upsert(ids, vectors, fields)
    store.delete(["m1", "m2", "unknown"])
    assert store.ids() == {"m0", "m3", "m4"}
    assert "m1" not in dict(store.query(vectors[1], 5, Filter()))
    store.clear()
    assert store.ids() == set()
    assert store.count() == 0


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    assert store.query(rows(1)[1][0], 10, Filter()) == []
    assert store.ids() == set()
    store.delete([])
    store.upsert([], rows(0)[1], [])


def test_after_clear_vectors_may_have_another_dimension(store: VectorStore) -> None:
    store.upsert(*rows(3, dimension=8))
    store.clear()
    ids, vectors, fields = rows(3, dimension=24)
    store.upsert(ids, vectors, fields)
    assert store.query(vectors[2], 1, Filter())[0][0] == "m2"


def test_more_than_one_batch_fits(store: VectorStore) -> None:
    ids, vectors, fields = rows(5600, dimension=4)
    store.upsert(ids, vectors, fields)
    assert store.count() == 5600
    store.delete(ids[:5500])
    assert store.ids() == set(ids[5500:])


def test_threads_share_a_store(store: VectorStore) -> None:
    ids, vectors, fields = rows(40)
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda i: store.upsert(ids[i : i + 1], vectors[i : i + 1], fields[i : i + 1]), range(40))
        )
        best = list(pool.map(lambda i: store.query(vectors[i], 1, Filter())[0][0], range(40)))
    assert best == ids


def test_a_store_that_was_closed_opens_again(make: Maker) -> None:
    ids, vectors, fields = rows(5)
    first = make()
    first.upsert(ids, vectors, fields)
    first.close()
    second = make()
    kept = second.count()
    second.close()
    assert kept == (0 if isinstance(second, InMemoryStore) else 5)


def test_two_open_stores_see_each_others_changes(make: Maker) -> None:
    first, second = make(), make()
    if isinstance(first, InMemoryStore):
        pytest.skip("lives in one object by design; the library fills it from SQLite")
    ids, vectors, fields = rows(6)
    first.upsert(ids[:3], vectors[:3], fields[:3])
    assert second.ids() == set(ids[:3])
    second.upsert(ids[3:], vectors[3:], fields[3:])
    assert first.query(vectors[5], 1, Filter())[0][0] == "m5"
    first.delete(["m5"])
    assert second.query(vectors[5], 1, Filter())[0][0] != "m5"
    second.clear()
    assert first.ids() == set()
    first.close()
    second.close()


def test_what_another_wrote_is_found_by_one_that_only_reads(make: Maker) -> None:
    writing, reading = make(), make()
    if isinstance(writing, InMemoryStore):
        pytest.skip("lives in one object by design; the library fills it from SQLite")
    ids, vectors, fields = rows(6)
    for number in range(6):
        writing.upsert(ids[number : number + 1], vectors[number : number + 1], fields[number : number + 1])
        assert reading.query(vectors[number], 1, Filter())[0][0] == ids[number]
    writing.close()
    reading.close()


def test_collections_of_one_server_are_apart(chroma_url: str) -> None:
    one, two = (registry.load("stores", f"chroma:{chroma_url}", collection=f"apart-{i}") for i in (1, 2))
    one.upsert(*rows(3))
    assert two.ids() == set()


def test_no_server_is_one_line_with_the_cure() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        store = registry.load("stores", f"chroma:http://127.0.0.1:{port}")
        with pytest.raises(LibraryError, match=rf"127.0.0.1:{port}.*chroma run"):
            store.count()


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host", "http://"])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(UsageError, match="http://localhost:8000"):
        registry.load("stores", f"chroma:{address}")


def test_a_damaged_folder_is_emptied_and_used(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    (folder / "mine.txt").write_text("kept")
    store = registry.load("stores", "chroma", path=folder)
    store.upsert(*rows(3))
    assert store.count() == 3
    assert (folder / "mine.txt").read_text() == "kept"
    store.close()


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Three writers, each with a client of its own; the lock lets one in at a time."""
    code = (
        "import sys, numpy as np; from playhead.tools import registry; n = int(sys.argv[2])\n"
        "store = registry.load('stores', 'chroma', path=sys.argv[1])\n"
        "field = dict(video_id='v', kind='speech', level='clip', start_s=0.0, end_s=1.0)\n"
        "for i in range(5):\n"
        "    store.upsert([f'{n}-{i}'], np.eye(8, dtype='f4')[i : i + 1], [field]); store.count()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "chroma")]
    writers = [subprocess.Popen([*command, str(number)]) for number in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    store = registry.load("stores", "chroma", path=tmp_path / "chroma")
    assert store.ids() == {f"{number}-{i}" for number in range(3) for i in range(5)}
    store.close()
