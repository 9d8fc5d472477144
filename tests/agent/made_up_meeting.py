"""One hour of talk with facts spread over it, some of them cut in two by the boundary of a cue."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from playhead.tools.types import Span
from tests.agent.made_up import NAMES, THINGS, Asked, World, choose, memory

TASKS = (
    "paint the fence",
    "water the orchids",
    "translate the manual",
    "repair the projector",
    "call the landlord",
    "order the helmets",
    "review the contract",
    "measure the basement",
    "book the musicians",
    "sort the invoices",
)
PLACES = ["Lisbon", "Warsaw", "Nairobi", "Osaka", "Toronto", "Bergen", "Lima", "Cairo", "Dublin", "Hanoi"]
REASONS = (
    "a seal was leaking",
    "the software was outdated",
    "lightning struck the roof",
    "a rat chewed the cable",
    "nobody signed the permit",
    "the oil had frozen",
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
FILLERS = (
    "Okay, let me think about that for a second.",
    "Yeah, I agree with what you said.",
    "So where were we?",
    "Can everybody hear me at the back?",
    "That is a good point, thank you.",
    "Let's move on to the next item.",
    "I was on holiday last week and it was wonderful.",
    "We talked about this many times already.",
    "Hmm, I am not sure that this is the way to go.",
    "There is coffee on the table if you want some.",
    "The weather is getting better these days.",
    "As I said before, we have to be careful with the money.",
    "Sorry, I was muted.",
    "Right, and then we will see how it goes.",
    "Let us take a short break after this.",
    "Some people asked me about the schedule.",
    "It took longer than we thought it would.",
    "I will send you the minutes later.",
    "Do you remember what happened the last time?",
    "Exactly, that is it.",
)
NOWHERE = (
    "Who will feed the crocodile?",
    "How much does the submarine cost?",
    "What is the name of the dentist?",
    "Why did the parliament vote against the treaty?",
    "Which password opens the vault?",
    "How tall is the lighthouse keeper?",
    "When does the opera begin?",
    "How many goals did the striker score?",
)


@dataclass(frozen=True)
class Fact:
    """Something said once: `lines` are the cues it takes, `rivals` values of the same kind."""

    kind: str
    lines: tuple[str, ...]
    question: str = ""
    gold: str = ""
    rivals: Sequence[str] = ()
    topic: str = ""


def meeting(seed: int) -> World:
    """900 cues of about four seconds; among them every fact once."""
    rng = random.Random(seed)
    facts = list(_facts(rng))
    rng.shuffle(facts)
    slots = sorted(rng.sample(range(10, 880, 5), len(facts)))
    placed = list(zip(slots, facts, strict=True))
    lines = {slot + k: line for slot, fact in placed for k, line in enumerate(fact.lines)}
    cues = [memory(4.0 * i, 4.0 * i + 3.8, lines.get(i) or rng.choice(FILLERS)) for i in range(900)]
    told = [(cues[slot + len(fact.lines) - 1].span, fact) for slot, fact in placed if fact.question]
    return World(tuple(cues), (*_values(rng, told), *_orders(rng, told), *_absent(rng)))


def _facts(rng: random.Random) -> Iterator[Fact]:
    names, things, tasks = (rng.sample(list(pool), len(pool)) for pool in (NAMES, THINGS, TASKS))
    prices = [f"{rng.randrange(12, 98)},{rng.randrange(1, 9)}00 euros" for _ in range(6)]
    years = [str(year) for year in rng.sample(range(1921, 2019), 6)]
    places, days, reasons = rng.sample(PLACES, 6), rng.sample(DAYS, 6), rng.sample(REASONS, 6)
    for i in range(3):
        thing, moved, broken, old = (things[i + 3 * k] for k in range(4))
        will = (f"{names[i]} is going to {tasks[i]}.",)
        yield Fact("who", will, f"Who will {tasks[i]}?", names[i], names[:6])
        cost = (f"The new {thing} would cost us", f"about {prices[i]}.")
        asked = f"How much does the {thing} cost?"
        yield Fact("price", cost, asked, prices[i], prices, f"the cost of the {thing}")
        move = (f"They want to move the {moved} to {places[i]}.",)
        asked = f"Where will the {moved} be moved?"
        yield Fact("where", move, asked, places[i], places, f"moving the {moved}")
        broke = (f"The {broken} broke down because {reasons[i]}.",)
        asked = f"Why did the {broken} break?"
        yield Fact("why", broke, asked, reasons[i], reasons, f"why the {broken} broke")
        due = (f"We have to {tasks[i + 3]} on {days[i]}.",)
        yield Fact("day", due, f"On which day do they have to {tasks[i + 3]}?", days[i], days)
        reply = (f"When was the {old} built?", f"{years[i]}, I believe.")
        asked = f"What is the answer when somebody asks when the {old} was built?"
        yield Fact("reply", reply, asked, years[i], years)
        led = (f"The team for the {thing} is led by {names[i + 6]}.",)
        yield Fact("led", led, f"Who is in charge of the {thing} team?", names[i + 6], names[6:12])
    for i in range(3, 6):
        story = f"{names[i]} has seen {places[i]} in {years[i]}, on a {days[i]}, for {prices[i]}."
        yield Fact("noise", (story,))


def _values(rng: random.Random, told: Sequence[tuple[Span, Fact]]) -> Iterator[Asked]:
    for span, fact in told:
        options, gold = choose(rng, fact.gold, list(fact.rivals))
        yield Asked(f"options {fact.kind}", fact.question, options, gold, spans=(span,))
        yield Asked(f"open {fact.kind}", fact.question, text=fact.gold, spans=(span,))


def _orders(rng: random.Random, told: Sequence[tuple[Span, Fact]]) -> Iterator[Asked]:
    topics = [(span, fact.topic) for span, fact in told if fact.topic]
    for _ in range(3):
        chosen = sorted(rng.sample(topics, 4))
        options = tuple(topic for _, topic in rng.sample(chosen, 4))
        for word, (span, topic) in (("first", chosen[0]), ("last", chosen[-1])):
            question = f"Which of these topics is discussed {word}?"
            yield Asked(word, question, options, options.index(topic), spans=(span,))
        labelled = list(zip("ABC", rng.sample(chosen, 3), strict=True))
        listed = ", ".join(f"({label}) {topic}" for label, (_, topic) in labelled)
        gold = ", ".join(label for label, _ in sorted(labelled, key=lambda pair: pair[1]))
        orders = tuple(", ".join(order) for order in permutations("ABC"))
        yield Asked("order", f"In which order are these discussed: {listed}?", orders, orders.index(gold))


def _absent(rng: random.Random) -> Iterator[Asked]:
    yield Asked("unanswerable", f"Where was {rng.choice(NAMES)} born?")
    yield Asked("unanswerable", f"What colour is the {rng.choice(THINGS)}?")
    for question in NOWHERE:
        yield Asked("unanswerable", question)
