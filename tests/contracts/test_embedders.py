"""One suite over every embedder; those that need a model get a tiny random one, made here."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from playhead.tools import registry
from playhead.tools.protocols import Embedder, VisualEmbedder
from playhead.tools.types import Vectors

TEXTS = [
    "a red car drives by",
    "the learning rate is 0.001",
    "今天天气很好",
    "",
    "emoji 🎉 and half \ud800",
    "x" * 9000,
]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "car", "the", "rate", "is", *"0123456789."]


def save_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    model = models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)


@pytest.fixture(scope="session")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("sentence")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder / "bert")
    save_tokenizer(folder / "bert")
    body = Transformer(str(folder / "bert"), max_seq_length=32)
    SentenceTransformer(modules=[body, Pooling(16)], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="session")
def siglip_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("siglip")
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    text = {**small, "vocab_size": len(WORDS), "max_position_embeddings": 16, "projection_size": 16}
    config = SiglipConfig(text_config=text, vision_config={**small, "image_size": 32, "patch_size": 16})
    SiglipModel(config).save_pretrained(folder)
    SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def fake_vector(text: str) -> list[float]:
    return [byte / 255 - 0.5 for byte in hashlib.sha256(text.encode()).digest()[:24]]


async def fake_embeddings(request: web.Request) -> web.Response:
    """Answers out of order, refuses empty and long texts, and wants a key: servers do all of it."""
    texts = (await request.json())["input"]
    if request.headers.get("Authorization") != "Bearer sesame":
        return web.json_response({"error": {"message": "wrong key sesam"}}, status=401)
    if any(not text or len(text) > 1000 for text in texts):
        return web.json_response({"error": {"message": "maximum context length"}}, status=400)
    rows = [{"object": "embedding", "index": i, "embedding": fake_vector(t)} for i, t in enumerate(texts)]
    return web.json_response({"object": "list", "model": "tiny", "data": rows[::-1], "usage": {}})


@pytest.fixture(scope="session")
def embeddings_url() -> Iterator[str]:
    loop = asyncio.new_event_loop()
    app = web.Application()
    app.router.add_post("/v1/embeddings", fake_embeddings)
    runner = web.AppRunner(app)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    port = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{port}/v1"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def makers(
    embeddings_url: str, request: pytest.FixtureRequest
) -> dict[str, Callable[[], tuple[str, dict[str, Any]]]]:
    """How each plug-in is named here; a new file must be added, or its tests fail."""
    return {
        "hashing": lambda: ("hashing", {}),
        "minilm": lambda: ("minilm", {}),
        "openai": lambda: ("openai:tiny", {"base_url": embeddings_url, "api_key": "sesame"}),
        "sentence_transformers": lambda: (
            f"sentence_transformers:{request.getfixturevalue('sentence_model')}",
            {"device": "cpu"},
        ),
        "siglip": lambda: (f"siglip:{request.getfixturevalue('siglip_model')}", {"device": "cpu"}),
    }


@pytest.fixture(scope="session", params=registry.names("embedders"))
def embedder(request: pytest.FixtureRequest, makers: dict[str, Any]) -> Embedder:
    spec, settings = makers[request.param]()
    made: Embedder = registry.load("embedders", spec, **settings)
    return made


def cosine(rows: Vectors, other: Vectors) -> Vectors:
    return np.asarray((rows * other).sum(axis=1), np.float32)


def test_rows_are_unit_vectors_of_the_promised_size(embedder: Embedder) -> None:
    rows = embedder.embed_texts(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_a_text_gets_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed_texts(TEXTS)
    alone = np.concatenate([embedder.embed_texts([text]) for text in TEXTS])
    assert cosine(together, alone).min() > 0.9999


def test_different_texts_differ(embedder: Embedder) -> None:
    rows = embedder.embed_texts(["a red car", "the rate is 0.1"])
    assert rows[0] @ rows[1] < 0.999


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_texts([]).shape == (0, embedder.dimension)


def test_many_texts_keep_their_order(embedder: Embedder) -> None:
    texts = [f"the rate is {i}" for i in range(150)]
    rows = embedder.embed_texts(texts)
    assert cosine(rows[[0, 149]], embedder.embed_texts([texts[0], texts[149]])).min() > 0.9999


def test_threads_share_it(embedder: Embedder) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _: embedder.embed_texts(["a red car"]), range(8)))
    assert all(np.allclose(row, rows[0], atol=1e-5) for row in rows)


def test_the_fingerprint_names_the_spec_and_survives_a_restart(
    embedder: Embedder, makers: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    spec, settings = makers[embedder.fingerprint.partition("@")[0].partition(":")[0]]()
    assert embedder.fingerprint == registry.load("embedders", spec, **settings).fingerprint
    assert embedder.fingerprint.partition("@")[0].startswith(spec)


def test_only_siglip_sees(embedder: Embedder) -> None:
    assert isinstance(embedder, VisualEmbedder) == embedder.fingerprint.startswith("siglip")


def test_pictures_of_any_size_get_vectors_in_the_space_of_texts(makers: dict[str, Any]) -> None:
    spec, settings = makers["siglip"]()
    siglip = registry.load("embedders", spec, **settings)
    pictures = [np.full((h, w, 3), shade, np.uint8) for h, w, shade in ((40, 70, 0), (9, 5, 255), (90, 9, 9))]
    rows = siglip.embed_images(pictures)
    assert rows.shape == (3, siglip.embed_texts(["a"]).shape[1])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert rows[0] @ rows[1] < 0.9999
