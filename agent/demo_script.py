"""The words and pictures of the demonstration film: an open day at an invented tidal power station.

A part is one scene: how long it lasts, what its slide says (nothing: moving shapes), what is said meanwhile.
"""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """One scene of the film. `moving` without texts is a filmed scene, with texts a slide with motion."""

    length_s: float
    background: tuple[int, int, int]
    texts: tuple[str, ...]
    said: tuple[str, ...]
    moving: bool = False


PAPER, NAVY, SAND, MINT, SLATE = (
    (246, 244, 236),
    (18, 34, 66),
    (236, 220, 186),
    (206, 232, 218),
    (52, 60, 70),
)
SEA, FOAM, DUSK, DEEP, STORM, EVENING = (
    (26, 92, 120),
    (120, 170, 176),
    (92, 70, 104),
    (10, 50, 74),
    (40, 44, 54),
    (170, 110, 70),
)

PARTS = (
    Part(
        20,
        NAVY,
        ("Power from the Tide", "A visit to Kestrel Sound", "Open day, 12 May 2023"),
        (
            "Good morning, and welcome to Kestrel Sound.",
            "My name is Ines Aldous, and I run the machine hall.",
            "In ten minutes I will show you how the sea becomes electricity.",
        ),
    ),
    Part(
        24,
        SEA,
        (),
        (
            "We begin where every visitor begins, on the morning ferry.",
            "[horn sounds]",
            "That was the harbour telling us that the channel is free.",
            "On the left you can already see the old lighthouse.",
        ),
        True,
    ),
    Part(
        26,
        PAPER,
        ("The lighthouse", "Built in 1871", "Height: 31 metres", "Lamp switched off in 1994"),
        (
            "It was designed by Tobias Renn, a clockmaker who had never seen the sea.",
            "He chose red granite, because it was the cheapest stone in the county.",
            "Nobody lights the lamp any more.",
            "The lantern room now holds our radio antenna.",
        ),
    ),
    Part(
        22,
        MINT,
        ("Why the tide?", "Two floods and two ebbs a day", "Known a century ahead", "No fuel, no smoke"),
        (
            "So why do we bother with the tide at all?",
            "Wind and sun come and go, but the tide keeps a timetable.",
            "We know when the water will turn on any day of the next hundred years.",
        ),
    ),
    Part(
        24,
        PAPER,
        (
            "How strong is it?",
            "Spring tide: 8.2 metres",
            "Neap tide: 3.9 metres",
            "Current: 3.4 metres a second",
        ),
        (
            "Here the water rises higher than a two-storey house.",
            "In the narrows it runs faster than most people can row.",
            "That is why my grandfather called it the staircase.",
        ),
    ),
    Part(
        24,
        FOAM,
        (),
        (
            "Let us look at the narrows from the bridge.",
            "[water rushing]",
            "You can hear it long before you see it.",
            "[horn sounds]",
            "And there goes the mail boat, hurrying to get through.",
        ),
        True,
    ),
    Part(
        24,
        SAND,
        ("The first mill", "Built in 1788", "Two wheels of oak", "Flour for nine villages"),
        (
            "People here used the tide long before anyone spoke of electricity.",
            "The miller, Agnes Lorne, kept a diary of every single tide for thirty years.",
            "Her diary is the reason why we trust our forecasts today.",
        ),
    ),
    Part(
        22,
        NAVY,
        ("The station today", "Four turbines", "Opened on 3 October 2009", "Owned by its 812 members"),
        (
            "Now to the station itself.",
            "It belongs to a cooperative, so the neighbours are also the owners.",
            "They meet once a year and argue about everything.",
        ),
    ),
    Part(
        24,
        PAPER,
        (
            "One turbine",
            "Rotor diameter: 7.4 metres",
            "Three blades of carbon fibre",
            "Rated power: 1.2 megawatts",
        ),
        (
            "This is what hides under the water.",
            "The blades turn in both directions, with the flood and with the ebb.",
            "A child could walk beside them and keep up.",
        ),
    ),
    Part(
        20,
        MINT,
        ("What it gives", "14 gigawatt hours a year", "Enough for 4100 homes"),
        (
            "All four together supply the whole island and a part of the coast.",
            "On a calm night in winter we even sell some to the railway.",
        ),
    ),
    Part(
        22,
        DUSK,
        (),
        (
            "Come into the machine hall, and please mind your head.",
            "[machine humming]",
            "It smells of warm oil, and after a week you no longer notice it.",
        ),
        True,
    ),
    Part(
        26,
        PAPER,
        ("Morning checks", "1. Water level", "2. Gearbox", "3. Brake", "4. Gates"),
        (
            "Every morning begins with the same four checks.",
            "First we read the water level at the wall.",
            "Then we listen to the gearbox with a wooden stick.",
            "After the gearbox we test the brake.",
            "Only when the brake holds do we open the gates.",
        ),
    ),
    Part(
        20,
        SAND,
        ("Gearbox", "Ratio 1 : 62", "Oil changed every 4000 hours"),
        (
            "The gearbox makes a slow wheel fast.",
            "If it whistles, we stop. If it grumbles, we wait.",
        ),
    ),
    Part(
        22,
        NAVY,
        ("Control room", "Two operators by day, one at night", "Radio channel 11"),
        (
            "Up here somebody watches the screens around the clock.",
            "The night shift swears that the lighthouse is haunted.",
            "It is only the antenna cable in the wind.",
        ),
    ),
    Part(
        30,
        PAPER,
        ("The accident", "Turbine 2 stopped on 9 February 2016", "Repair: 11 weeks"),
        (
            "Not everything has always gone well.",
            "One night in February, turbine two suddenly stood still.",
            "Some of us suspected lightning, others suspected rust.",
            "In the end it was a fishing net, wound tightly around the shaft.",
            "A diver called Pavel Orsak cut it loose with a bread knife.",
        ),
    ),
    Part(
        22,
        DEEP,
        (),
        (
            "This is the dive, as the camera on his helmet saw it.",
            "[breathing through a regulator]",
            "The knife now hangs above the coffee machine.",
        ),
        True,
    ),
    Part(
        24,
        MINT,
        ("Fish and seals", "14 turns a minute", "Sonar stops the blades", "Seals counted in 2022: 63"),
        (
            "The question we hear most often is about the animals.",
            "When the sonar sees a seal, the blades stop within six seconds.",
            "So far the seals have shown more interest in the ferry.",
        ),
    ),
    Part(
        20,
        SAND,
        ("The sluice", "Six gates", "38 tonnes each"),
        (
            "At high water we close the sluice and keep the sea behind it.",
            "Two hours later we let it go again, when the price is better.",
        ),
    ),
    Part(
        22,
        SLATE,
        ("Cable to the shore", "Length: 2.7 kilometres", "Voltage: 33 kilovolts", "Laid in summer 2008"),
        (
            "The electricity leaves through a cable as thick as my arm.",
            "It lies in a trench, so that no anchor can catch it.",
        ),
    ),
    Part(
        22,
        NAVY,
        ("Storm Odile", "22 November 2019", "Wind: 41 metres a second"),
        (
            "Our hardest night was storm Odile.",
            "We pulled up all gates and went to the cellar with a pot of soup.",
        ),
    ),
    Part(
        24,
        STORM,
        (),
        (
            "[thunder]",
            "Somebody filmed this from the lantern room.",
            "[horn sounds]",
            "That was a trawler looking for the harbour; everyone got home.",
        ),
        True,
    ),
    Part(
        20,
        PAPER,
        ("Money", "Built for 38 million euros", "Paid back in 2027"),
        (
            "Was it expensive? Yes, it was.",
            "But the sea has never sent us a bill.",
        ),
    ),
    Part(
        20,
        MINT,
        ("The people", "19 work here", "27 apprentices since 2012"),
        (
            "Half of our crew learned the trade in this very hall.",
            "The youngest, Jonas Weil, started three weeks ago.",
        ),
    ),
    Part(
        24,
        NAVY,
        ("What comes next", "Turbine five in 2026", "A battery house", "A test with an underwater kite"),
        (
            "Where do we go from here?",
            "A fifth turbine is ordered, and it will be painted yellow.",
            "The members chose the colour by two votes.",
        ),
    ),
    Part(
        20,
        SAND,
        ("Visit us", "Tuesday to Sunday", "Ferry every 40 minutes", "Guided tour: 9 euros"),
        (
            "If you want to see more, come on any day but Monday.",
            "The cake in the old boiler house is better than my lecture.",
        ),
    ),
    Part(
        18,
        EVENING,
        (),
        (
            "The ferry is waiting for you.",
            "[horn sounds]",
            "Mind the step, and come back soon.",
        ),
        True,
    ),
    Part(
        14,
        PAPER,
        ("Thank you", "post@kestrel-sound.example"),
        ("Thank you for listening, and good evening.",),
    ),
)
