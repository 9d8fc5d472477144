"""Answerers: the agent with its strategies, and any Python function."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import platformdirs

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.config_layers import load
from playhead.agent.events import Answered, Event, Observed
from playhead.agent.private_loop import Stream
from playhead.agent.result import Answer
from playhead.agent.strategy import find
from playhead.agent.wiring import text_embedder
from playhead.eval import choices
from playhead.eval.materials import Materials
from playhead.eval.types import AnswerFunction, Prediction, RunConfig, Sample
from playhead.tools.errors import ModelReplyError, UsageError
from playhead.tools.memory.kept_vectors import KeptVectors
from playhead.tools.protocols import Embedder
from playhead.tools.types import Evidence, Span


class FunctionAnswerer:
    """A Python function as an answerer: it gets the sample without its gold and gives what it likes.

    An int is an option from 0; a text is the raw reply, and counts as an option only when it is nothing
    but a letter or exactly one option's text; a Prediction is taken as it is. It may be async.
    """

    def __init__(self, function: AnswerFunction, name: str = "", model: str = "") -> None:
        self._function = function
        self.name = name or getattr(function, "__name__", "function")
        self.model = model

    async def answer(self, sample: Sample) -> Prediction:
        said = self._function(sample)
        reply = await said if inspect.isawaitable(said) else said
        if isinstance(reply, Prediction):
            return reply
        if isinstance(reply, str):
            return Prediction(reply, choices.bare(reply, sample.options))
        return Prediction(choices.letter_of(reply), reply)

    async def aclose(self) -> None:
        """Nothing to close."""


class AgentAnswerer:
    """`VideoAgent` as an answerer: a video goes into the run's library once, then questions are asked.

    What the strategy needs decides: videos are indexed or imported, `direct` gets files, `blind` nothing.
    """

    def __init__(self, agent: VideoAgent, materials: Materials, name: str, model: str) -> None:
        self.name, self.model = name, model
        self._agent = agent
        self._materials = materials
        self._needs = needs(name)

    async def answer(self, sample: Sample) -> Prediction:
        """Raises PlayheadError: missing material, a model that failed."""
        if sample.source.images:
            raise UsageError("the options are pictures", "use an answerer that takes pictures as options")
        videos = await self._references(sample)
        events = await self._asked(sample, videos)
        seen, several = list[Evidence](), len(sample.source.videos) > 1
        answered: Answer | None = None
        async with aclosing(events) as stream:
            async for event in stream:
                if isinstance(event, Observed):
                    seen += (line for line in event.evidence if line.kind != "digest")
                if isinstance(event, Answered):
                    answered = event.answer
        if answered is None:
            raise ModelReplyError("the run ended without an answer", "see its trajectory")
        return await self._prediction(answered, seen, several)

    async def prepare(self, samples: Sequence[Sample]) -> None:
        """Bring ready-made memories of all samples before the first question is asked: their texts are
        embedded together, and every question is answered beside the same memories."""
        if self._needs == "memories":
            await self._materials.prepare(samples)

    async def _asked(self, sample: Sample, videos: list[str]) -> Stream[Event] | AsyncGenerator[Event, None]:
        """The events of the question, asked alone or after the earlier ones of its conversation."""
        if not sample.earlier:
            return self._agent.stream(sample.question, videos, sample.options, before_s=sample.before_s)
        session = self._agent.chat(videos, before_s=sample.before_s)
        for question in sample.earlier:
            async for _ in session.stream(question):
                pass
        return session.stream(sample.question, sample.options)

    async def _references(self, sample: Sample) -> list[str]:
        if self._needs == "nothing":
            return []
        if self._needs == "files" and sample.source.videos:
            return [str(path) for path in self._materials.files(sample)]
        return await self._materials.indexed(sample)

    async def _prediction(self, answer: Answer, seen: list[Evidence], several: bool) -> Prediction:
        looked_at = places(seen) or places(answer.evidence)
        return Prediction(
            text=answer.words,
            option=answer.option,
            confidence=answer.confidence,
            found=answer.found,
            evidence=tuple(line.span for line in answer.evidence),
            retrieved=tuple(span for _, span in looked_at),
            evidence_videos=tuple(video for video, _ in map(place, answer.evidence)) if several else (),
            retrieved_videos=tuple(video for video, _ in looked_at) if several else (),
            usage=answer.usage,
            by_role=answer.by_role,
            stopped_because=answer.stopped_because,
            trajectory=await asyncio.to_thread(self._agent.library.run, answer.run),
        )

    async def aclose(self) -> None:
        await self._agent.aclose()


def kept_vectors(settings: Config) -> Embedder:
    """The embedder of the settings; one that takes time keeps its vectors on disk for every later run."""
    embedder = text_embedder(settings)
    if embedder.fingerprint.startswith("hashing"):
        return embedder
    return KeptVectors(embedder, platformdirs.user_cache_path("playhead") / "vectors")


def place(line: Evidence) -> tuple[str, Span]:
    """The name of the video, without folder and suffix, and the span."""
    return Path(line.video).stem, line.span


def places(lines: Sequence[Evidence]) -> list[tuple[str, Span]]:
    """Every place once, in order."""
    return list(dict.fromkeys(map(place, lines)))


def needs(strategy: str) -> str:
    """What a strategy must have of a video: `memories`, `files` or `nothing`."""
    return find(strategy)[1].needs


def agent_answerer(config: RunConfig) -> AgentAnswerer:
    """The agent that a run's settings describe. Its library is kept apart by subtitle setting.

    Raises UsageError and UnknownPluginError for settings that do not exist.
    """
    agent = agent_of(config, config.strategy)
    return AgentAnswerer(
        agent, Materials(agent, config.subtitles, config.frames), config.strategy, config.model
    )


def agent_of(config: RunConfig, strategy: str = "observe") -> VideoAgent:
    """The agent of a run, with its library."""
    given = {"strategy": strategy, "library": str(Path(config.library) / config.subtitles)}
    given |= {"model": config.model} if config.model else {}
    given |= {"base_url": config.base_url} if config.base_url else {}
    settings = load({**config.settings, **given}).config
    own_subtitles = config.subtitles == "full" and settings.indexing.sidecars
    indexing = replace(settings.indexing, sidecars=own_subtitles)
    loop = replace(settings.loop, keep_focused=False)  # no question profits from another
    settings = replace(settings, indexing=indexing, loop=loop)
    return VideoAgent(config=settings, embedder=kept_vectors(settings))
