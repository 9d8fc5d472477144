"""One chat model in this process: loaded when first used, freed on close, shared by its roles.

Everything here is blocking and belongs in the engine's one worker thread (tools/serving/batching.py).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
import transformers

from playhead.tools.errors import ModelError, ModelRejectedError
from playhead.tools.protocols import ChatReply, ChatRequest, TokenProbability
from playhead.tools.serving.constrained import Recorder, SchemaMask, vocabulary
from playhead.tools.serving.local_jobs import OPEN_LIMITS, ModelJob, conversation, reply_tokens, shrunk
from playhead.tools.serving.local_watching import Pieces, Stops
from playhead.tools.serving.local_weights import load
from playhead.tools.serving.prefix import Prefix
from playhead.tools.serving.request_fit import frames_sent
from playhead.tools.serving.structured import data_of, split_reasoning
from playhead.tools.types import Usage


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How an in-process model is loaded and run."""

    device: str = ""
    """`cuda`, `cuda:1`, `cpu`…; empty: the first GPU if there is one."""

    dtype: str = ""
    """`bfloat16`, `float16`, `float32`; empty: bfloat16 on a GPU, float32 on a CPU."""

    batch: int = 0
    """Requests generated together; 0: eight on a GPU, two on a CPU."""

    side_px: int = 448
    """Longest side of a picture; larger ones are scaled down."""


class LocalModel:
    """Loads `path` (a name or a folder) at once. Raises ModelRejectedError when it cannot be loaded."""

    def __init__(self, path: str, settings: LocalSettings) -> None:
        self.path = path
        self._settings = settings
        self.device = settings.device or ("cuda" if torch.cuda.is_available() else "cpu")
        on_gpu = self.device.startswith("cuda")
        self.batch = settings.batch or (8 if on_gpu else 2)
        dtype = getattr(torch, settings.dtype or ("bfloat16" if on_gpu else "float32"))
        transformers.utils.logging.disable_progress_bar()
        try:
            self._weights: Any = load(path, dtype)
            self._model: Any = self._weights.model.to(self.device).eval()
        except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
            raise _unloadable(path, error) from error
        self._tokenizer: Any = self._weights.tokenizer
        self._prefix = Prefix()
        self._tokenizer.padding_side = "left"
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token

    def close(self) -> None:
        """Give the memory back."""
        self._model = self._weights = self._tokenizer = None
        self._prefix = Prefix()
        self.__dict__.pop("_vocabulary", None)
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def generate(self, jobs: Sequence[ModelJob]) -> list[ChatReply]:
        """Replies in the order of `jobs`. Out of memory, the batch is halved, then the request shrinks."""
        try:
            return list(self._generate(jobs))
        except torch.OutOfMemoryError:
            self._prefix = Prefix()
            torch.cuda.empty_cache()
        if len(jobs) > 1:
            middle = len(jobs) // 2
            return [*self.generate(jobs[:middle]), *self.generate(jobs[middle:])]
        return self.generate([shrunk(jobs[0], 0.6, f"{self.path!r} has no memory left for this request")])

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _generate(self, jobs: Sequence[ModelJob]) -> list[ChatReply]:
        started = time.monotonic()
        jobs, inputs = self._inputs(jobs)
        start = inputs["input_ids"].shape[1]
        recorder = Recorder(len(jobs)) if any(job.request.logprobs for job in jobs) else None
        begun = self._begun(inputs["input_ids"])
        output = self._model.generate(
            **inputs,
            **begun,
            generation_config=self._sampling(jobs),
            logits_processor=self._processors(jobs, recorder, start),
            stopping_criteria=transformers.StoppingCriteriaList([Stops(jobs, started)]),
            streamer=Pieces(jobs[0].on_text, self._tokenizer) if jobs[0].on_text else None,
        )
        for states in begun.values():
            self._prefix.keep(states, output[0].tolist())
        read = inputs["attention_mask"].sum(1).tolist()
        wall_s = time.monotonic() - started
        decode = self._tokenizer.decode
        replies = []
        for row, job in enumerate(jobs):
            kept, finish = self._kept(job, output[row, start:].tolist())
            text = decode(kept, skip_special_tokens=True)
            tokens = recorder.tokens(row, output, kept, decode) if recorder and job.request.logprobs else ()
            frames = frames_sent(job.request, OPEN_LIMITS, job.fit)
            usage = Usage(1, int(read[row]), len(kept), frames, wall_s)
            replies.append(_reply(job.request, text, finish, usage, tokens, self.path))
        return replies

    def _begun(self, rows: torch.Tensor) -> dict[str, Any]:
        """What is known of how the prompt begins, for a single row of words alone: positions of pictures and
        padding would not be the same again."""
        if len(rows) > 1 or self._weights.sees:
            return {}
        return {"past_key_values": self._prefix.take(rows[0].tolist(), self._model.config)}

    def _kept(self, job: ModelJob, written: list[int]) -> tuple[list[int], str]:
        """(the row's own tokens, why it ended)."""
        kept = written[: reply_tokens(job)]
        ends = [at for at, token in enumerate(kept) if token in self._ends]
        if job.late:
            return kept, "deadline"
        return (kept[: ends[0]], "stop") if ends else (kept, "length")

    def _inputs(self, jobs: Sequence[ModelJob]) -> tuple[list[ModelJob], Any]:
        """The jobs as they fit the context, and the tensors of their prompts, padded on the left."""
        side_px = self._settings.side_px
        fitting = [replace(job, fit=replace(job.fit, side_px=min(job.fit.side_px, side_px))) for job in jobs]
        while True:
            inputs = self._encoded([conversation(job) for job in fitting])
            read = inputs["attention_mask"].sum(1).tolist()
            needed = [tokens + reply_tokens(job) for tokens, job in zip(read, fitting, strict=True)]
            if max(needed) <= self.context_tokens:
                return fitting, inputs
            fitting = [self._shorter(job, tokens) for job, tokens in zip(fitting, needed, strict=True)]

    def _encoded(self, built: Sequence[tuple[list[dict[str, Any]], list[Any]]]) -> Any:
        texts = [self._weights.texts(turns) for turns, _ in built]
        pictures = {"images": [images for _, images in built]} if any(images for _, images in built) else {}
        encoded = self._weights.processor(text=texts, **pictures, padding=True, return_tensors="pt")
        return encoded.to(self.device)

    def _shorter(self, job: ModelJob, tokens: int) -> ModelJob:
        if tokens <= self.context_tokens:
            return job
        cause = f"the request does not fit the {self.context_tokens} tokens of {self.path!r}"
        return shrunk(job, min(0.9, self.context_tokens / tokens), cause)

    @property
    def context_tokens(self) -> int:
        """Positions the model was made for."""
        text = self._model.config.get_text_config()
        return int(getattr(text, "max_position_embeddings", 0) or 1_000_000)

    def _sampling(self, jobs: Sequence[ModelJob]) -> Any:
        first = jobs[0].request
        if first.temperature > 0 and first.seed is not None:
            torch.manual_seed(first.seed)
        warm = {"temperature": first.temperature} if first.temperature > 0 else {}
        return transformers.GenerationConfig(
            max_new_tokens=max(map(reply_tokens, jobs)),
            pad_token_id=self._tokenizer.pad_token_id,
            eos_token_id=self._model.generation_config.eos_token_id or self._tokenizer.eos_token_id,
            do_sample=first.temperature > 0,
            **warm,
        )

    def _processors(self, jobs: Sequence[ModelJob], recorder: Recorder | None, start: int) -> Any:
        schemas = [job.request.schema for job in jobs]
        mask = SchemaMask(self._vocabulary, schemas, start) if any(schemas) else None
        return transformers.LogitsProcessorList([one for one in (recorder, mask) if one is not None])

    @cached_property
    def _vocabulary(self) -> Any:
        return vocabulary(self._tokenizer, self._model.config.get_text_config().vocab_size)

    @cached_property
    def _ends(self) -> set[int]:
        ends = self._model.generation_config.eos_token_id
        listed = ends if isinstance(ends, list) else [ends]
        return {token for token in (*listed, self._tokenizer.eos_token_id) if token is not None}


def _reply(
    request: ChatRequest,
    text: str,
    finish: str,
    usage: Usage,
    tokens: tuple[TokenProbability, ...],
    model: str,
) -> ChatReply:
    reasoning, shown = split_reasoning(text)
    data = data_of(shown, request.schema, finish)
    return ChatReply(shown, data, reasoning, usage, finish, tokens, model)


def _unloadable(path: str, error: Exception) -> ModelError:
    words = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    cause = f"cannot load {path!r} as a chat model: {words}"
    return ModelRejectedError(cause, "give the folder of a model, a .gguf file, or a name at the hub")
