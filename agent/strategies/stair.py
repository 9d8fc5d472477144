"""STAIR: the question becomes a small typed program, and every result on its way can be checked.

Wang et al., STAIR: Spatial-Temporal Reasoning with Auditable Intermediate Results for Video Question
Answering (AAAI 2024); code github.com/yellow-binary-tree/STAIR. Kept: operations that find a stretch, move
before, after, between or stay while it lasts, filter, query and compare, each over results of earlier ones,
all of them noted. Changed: the planner writes the program (theirs is a trained parser) of at most eight
steps, types are checked before anything runs, one repair, else one search answers; answers are free text
(theirs come from a closed vocabulary), the last of which chooses among options; stretches are places of
memory and pictures (theirs are attention over frame vectors).
"""

from __future__ import annotations

from collections.abc import Sequence

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.programs import SIGNATURES, Program, Step, wrong
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render
from playhead.tools.types import PERCEIVED

INFO = Info(
    idea="the question becomes a small typed program; every result on the way can be checked",
    source="STAIR, Wang et al. (AAAI 2024), github.com/yellow-binary-tree/STAIR",
    claimed="figures not at hand",
    uses=("captions", "eyes", "speech"),
    instead={
        "captions": "what was said, written and noted",
        "eyes": "the same, never surer than 0.6",
        "speech": "left out",
    },
    calls="2 or 3, and a look for each filter and question",
    most_calls=35,
)
HITS = 4
NEAR_S = 30.0
"""How far before and after reach."""
Result = str | int | tuple[Place, ...]


async def answer(run: Run) -> Draft:
    """Write, check, run; what the last step gives is the answer."""
    program = await _program(run)
    if program is None:
        await run.retrieve([run.question])
        return await run.answer(because="exhausted")
    results: list[Result] = []
    for number, step in enumerate(program.steps, 1):
        results.append(await _run(run, step, [results[one - 1] for one in step.of]))
        run.note("step", number=number, operation=step.operation, text=step.text, result=_told(results[-1]))
    places = [place for result in results if isinstance(result, tuple) for place in result[:2]]
    await run.recall(places, run.question, 2)
    told = [f"{s.operation} {s.text}: {_told(r)}" for s, r in zip(program.steps, results, strict=True)]
    words = render("stair_results", results=told)
    last = _told(results[-1]) if results[-1] else ""
    return await run.answer(last, confidence=0.6 if last else 0.2, task=words)


async def _program(run: Run) -> Program | None:
    """The program, repaired once; None when it is still wrong."""
    fault = ""
    for _ in range(2):
        task = render("stair_program", fault=fault, operations=SIGNATURES)
        reply = await run.ask("program", task, Program)
        if reply is not None and not (fault := wrong(reply.value.steps)):
            return reply.value
        if reply is None:
            break
    return None


async def _run(run: Run, step: Step, given: Sequence[Result]) -> Result:
    places = [result for result in given if isinstance(result, tuple)]
    match step.operation:
        case "locate":
            named = run.window(step.text)
            found = run.items_of(await run.retrieve([step.text], most=HITS))
            return (named,) if named else tuple(dict.fromkeys(item.place for item in found))
        case "before":
            return _kept(run, [(p.start_s - NEAR_S, p.start_s, p.video) for p in places[0]])
        case "after":
            return _kept(run, [(p.end_s, p.end_s + NEAR_S, p.video) for p in places[0]])
        case "between":
            pairs = [(a, b) for a in places[0][:1] for b in places[1] if a.video == b.video]
            return _kept(
                run, [(min(a.end_s, b.end_s), max(a.start_s, b.start_s), a.video) for a, b in pairs[:1]]
            )
        case "while":
            return places[0]
        case "filter":
            mapped = await run.map(places[0], lambda place: _holds(run, place, step.text))
            return tuple(place for place, probability in mapped.done if probability > 0.5)
        case "ask":
            return await _asked(run, places[0], step.text)
        case "count":
            return len(places[0])
        case _:
            return _compared(given, step.text)


def _kept(run: Run, spans: Sequence[tuple[float, float, int]]) -> tuple[Place, ...]:
    made = (run.place(max(0.0, low), high, video) for low, high, video in spans if high > max(0.0, low))
    return tuple(place for place in made if place)


async def _holds(run: Run, place: Place, statement: str) -> float:
    """The probability that a statement is true of a place, from its pictures or its words."""
    shots = await run.seen([place], 8, 512)
    if shots:
        return await run.yes(
            f"Is this so in these pictures: {statement}?", tuple(shot.part for shot in shots)
        )
    words = (await run.gather([place], PERCEIVED))[0].text
    return await run.yes(f"Is this so: {statement}?", notes=words or "nothing is known of the place")


async def _asked(run: Run, places: Sequence[Place], question: str) -> str:
    """What the first places that can tell answer; each is looked at on its own."""
    for place in places[:HITS]:
        look = await run.look([place if place.duration_s >= 2 else run.around(place, 2, 2)], question)
        if look.can_tell:
            return look.answer
    return ""


def _compared(given: Sequence[Result], text: str) -> str:
    """Two results beside each other: which stretch begins first, which number is larger, or both texts."""
    one, other = given
    if isinstance(one, tuple) and isinstance(other, tuple):
        if not one or not other:
            return f"{text}: {'the second' if other else 'the first' if one else 'neither'} alone was found"
        first = (
            "the first"
            if (one[0].video, one[0].start_s) <= (other[0].video, other[0].start_s)
            else "the second"
        )
        return f"{text}: {first} begins earlier ({one[0]} and {other[0]})"
    if isinstance(one, int) and isinstance(other, int):
        return f"{text}: {one} and {other}"
    return f"{text}: {one!s} — and — {other!s}"


def _told(result: Result) -> str:
    if isinstance(result, tuple):
        return "; ".join(str(place) for place in result) or "nowhere"
    return str(result) or "cannot be told"
