"""What is read on screens: a recorded shell session, and the titles and credits of a film."""

from __future__ import annotations

import random
from collections.abc import Iterator

from playhead.tools.types import Memory
from tests.agent.made_up import NAMES, SURNAMES, THINGS, Asked, World, choose, memory

ERRORS = (
    "ModuleNotFoundError: No module named 'flask'",
    "PermissionError: [Errno 13] Permission denied: '/var/log'",
)
PLAIN_STEPS = (
    ("ls -la", "README.md  setup.py  src  tests"),
    (
        "pip install -r requirements.txt",
        "Downloading numpy-1.26.wheel (18.2 MB)\nSuccessfully installed numpy",
    ),
    ("git commit -m 'fix port'", "[main 3f2a91c] fix port\n 1 file changed"),
    ("docker build -t demo .", "Successfully built 9c1d2e"),
)
ROLES = (
    "Directed by",
    "Screenplay by",
    "Director of Photography",
    "Music by",
    "Edited by",
    "Costume Design",
    "Produced by",
)
CREDITED = {
    "Directed by": "Who directed the film?",
    "Screenplay by": "Who wrote the screenplay?",
    "Music by": "Who composed the music?",
    "Edited by": "Who is the editor according to the credits?",
    "Costume Design": "Who designed the costumes?",
}
SCENES = (
    "A woman in a yellow coat runs across a bridge.",
    "Two boys play chess in a dusty kitchen.",
    "A black dog sleeps under a piano.",
    "An old man mends a fishing net on the pier.",
    "A train disappears into a snowy tunnel.",
    "Children light lanterns by the river.",
)


def terminal(seed: int) -> World:
    """A recorded shell session read from the screen: prompts, outputs, numbers, an error."""
    rng = random.Random(seed)
    facts = {
        "version": f"3.{rng.randrange(8, 14)}.{rng.randrange(9)}",
        "port": str(rng.randrange(3000, 9999)),
        "passed": str(rng.randrange(11, 99)),
        "failed": str(rng.randrange(2, 9)),
        "error": rng.choice(ERRORS),
    }
    steps = _steps(rng, facts)
    shown = {
        command: memory(20.0 * i, 20.0 * i + 19, f"user@box:~$ {command}\n{output}".strip(), "screen")
        for i, (command, output) in enumerate(steps)
    }
    asked = [*_order_of(rng, shown), *_facts_of(rng, shown, facts), *_absent_from_terminal()]
    return World(tuple(shown.values()), tuple(asked))


def _steps(rng: random.Random, facts: dict[str, str]) -> list[tuple[str, str]]:
    project = rng.choice(THINGS)
    middle = [
        *PLAIN_STEPS,
        ("python --version", f"Python {facts['version']}"),
        ("python app.py", f"Traceback (most recent call last):\n{facts['error']}"),
        ("pytest -q", f"{facts['passed']} passed, {facts['failed']} failed in 4.21s"),
        ("vim config.yaml", f"server:\n  port: {facts['port']}"),
    ]
    rng.shuffle(middle)
    clone = (f"git clone https://example.org/{project}.git", f"Cloning into '{project}'...")
    return [clone, (f"cd {project}", ""), *middle, ("exit", "logout")]


def _order_of(rng: random.Random, shown: dict[str, Memory]) -> Iterator[Asked]:
    commands = list(shown)
    at = rng.randrange(1, len(commands) - 2)
    for word, there in (("after", at + 1), ("before", at - 1)):
        others = [command for place, command in enumerate(commands) if place not in (at, there)]
        options, gold = choose(rng, commands[there], others)
        question = f"Which command is run right {word} `{commands[at]}`?"
        yield Asked(word, question, options, gold, spans=(shown[commands[there]].span,))
    options, gold = choose(rng, commands[0], commands[3:])
    question = "Which of these commands is typed first?"
    yield Asked("first", question, options, gold, spans=(shown[commands[0]].span,))


def _facts_of(rng: random.Random, shown: dict[str, Memory], facts: dict[str, str]) -> Iterator[Asked]:
    version, tests = (shown["python --version"].span,), (shown["pytest -q"].span,)
    asked = "Which version of Python is installed?"
    yield Asked(
        "version", asked, *choose(rng, facts["version"], ["3.7.1", "2.7.18", "3.14.0"]), spans=version
    )
    yield Asked("open version", asked, text=facts["version"], spans=version)
    counts = choose(rng, facts["passed"], [facts["failed"], "120", "7" + facts["passed"]])
    yield Asked("tests", "How many tests passed?", *counts, spans=tests)
    yield Asked("open tests", "How many tests failed?", text=facts["failed"], spans=tests)
    port = (shown["vim config.yaml"].span,)
    yield Asked("open port", "Which port is set in the config?", text=facts["port"], spans=port)
    error, run = facts["error"].split(":")[0], (shown["python app.py"].span,)
    yield Asked("open error", "What error does app.py raise?", text=error, spans=run)


def _absent_from_terminal() -> Iterator[Asked]:
    yield Asked("unanswerable", "Which password does the user type for the database?")
    yield Asked("unanswerable", "How many stars does the repository have?")
    yield Asked("unanswerable", "What is the name of the Kubernetes cluster?")


def credits_roll(seed: int) -> World:
    """Titles, described scenes and the credits of a film."""
    rng = random.Random(seed)
    names = zip(rng.sample(NAMES, 8), rng.sample(SURNAMES, 8), strict=True)
    people = [f"{first} {last}" for first, last in names]
    title = f"The {rng.choice(['Silent', 'Crimson', 'Paper'])} {rng.choice(THINGS).title()}"
    head = [memory(2, 6, title, "screen"), memory(8, 12, f"A film by {people[0]}", "screen")]
    scenes = [
        memory(60.0 * (place + 1), 60.0 * (place + 1) + 20, scene, "caption")
        for place, scene in enumerate(rng.sample(SCENES, len(SCENES)))
    ]
    roll = [
        memory(500.0 + 4 * place, 503.5 + 4 * place, f"{role}\n{people[place]}", "screen")
        for place, role in enumerate(ROLES)
    ]
    asked = [*_credited(rng, people, roll), *_scenes_of(rng, scenes), *_absent_from_film()]
    return World((*head, *scenes, *roll), tuple(asked))


def _credited(rng: random.Random, people: list[str], roll: list[Memory]) -> Iterator[Asked]:
    for role, question in CREDITED.items():
        place = ROLES.index(role)
        spans = (roll[place].span,)
        yield Asked("credit", question, *choose(rng, people[place], people[:7]), spans=spans)
        yield Asked("open credit", question, text=people[place], spans=spans)


def _scenes_of(rng: random.Random, scenes: list[Memory]) -> Iterator[Asked]:
    for place in (1, 3):
        others = [scene.text for other, scene in enumerate(scenes) if other not in (place, place + 1)]
        options, gold = choose(rng, scenes[place + 1].text, others)
        question = f"What is shown right after this: {scenes[place].text}"
        yield Asked("after", question, options, gold, spans=(scenes[place + 1].span,))
    asks = {
        "yellow": "What is the woman wearing when she crosses the bridge?",
        "piano": "Under what does the dog sleep?",
    }
    for word, question in asks.items():
        span = next(scene.span for scene in scenes if word in scene.text)
        yield Asked("open scene", question, text=word, spans=(span,))


def _absent_from_film() -> Iterator[Asked]:
    yield Asked("unanswerable", "Who plays the astronaut?")
    yield Asked("unanswerable", "Which hotel sponsored the film?")
    yield Asked("unanswerable", "What does the pirate bury?")
