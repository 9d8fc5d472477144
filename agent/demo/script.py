"""The words and pictures of the demonstration film: an open day at an invented tidal power station.

A block is one scene. Its first line tells how many seconds it lasts, its background, and the lines of its
slide, or ~ for a filmed scene of moving shapes; what is said meanwhile stands below. The memo is spoken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

FILMED = "~"
TEXT = """
20 #122242 Power from the Tide / A visit to Kestrel Sound / Open day, 12 May 2023
Good morning, and welcome to Kestrel Sound.
My name is Ines Aldous, and I run the machine hall.
In ten minutes I will show you how the sea becomes electricity.

24 #1a5c78 ~
We begin where every visitor begins, on the morning ferry.
[horn sounds]
That was the harbour telling us that the channel is free.
On the left you can already see the old lighthouse.

26 #f6f4ec The lighthouse / Built in 1871 / Height: 31 metres / Lamp switched off in 1994
It was designed by Tobias Renn, a clockmaker who had never seen the sea.
He chose red granite, because it was the cheapest stone in the county.
Nobody lights the lamp any more.
The lantern room now holds our radio antenna.

22 #cee8da Why the tide? / Two floods and two ebbs a day / Known a century ahead / No fuel, no smoke
So why do we bother with the tide at all?
Wind and sun come and go, but the tide keeps a timetable.
We know when the water will turn on any day of the next hundred years.

24 #f6f4ec How strong is it? / Spring tide: 8.2 metres / Neap tide: 3.9 metres / Current: 3.4 metres a second
Here the water rises higher than a two-storey house.
In the narrows it runs faster than most people can row.
That is why my grandfather called it the staircase.

24 #78aab0 ~
Let us look at the narrows from the bridge.
[water rushing]
You can hear it long before you see it.
[horn sounds]
And there goes the mail boat, hurrying to get through.

24 #ecdcba The first mill / Built in 1788 / Two wheels of oak / Flour for nine villages
People here used the tide long before anyone spoke of electricity.
The miller, Agnes Lorne, kept a diary of every single tide for thirty years.
Her diary is the reason why we trust our forecasts today.

22 #122242 The station today / Four turbines / Opened on 3 October 2009 / Owned by its 812 members
Now to the station itself.
It belongs to a cooperative, so the neighbours are also the owners.
They meet once a year and argue about everything.

24 #f6f4ec One turbine / Rotor diameter: 7.4 metres / Blades of carbon fibre / Rated power: 1.2 megawatts
This is what hides under the water.
The blades turn in both directions, with the flood and with the ebb.
A child could walk beside them and keep up.

20 #cee8da What it gives / 14 gigawatt hours a year / Enough for 4100 homes
All four together supply the whole island and a part of the coast.
On a calm night in winter we even sell some to the railway.

22 #5c4668 ~
Come into the machine hall, and please mind your head.
[machine humming]
It smells of warm oil, and after a week you no longer notice it.

26 #f6f4ec Morning checks / 1. Water level / 2. Gearbox / 3. Brake / 4. Gates
Every morning begins with the same four checks.
First we read the water level at the wall.
Then we listen to the gearbox with a wooden stick.
After the gearbox we test the brake.
Only when the brake holds do we open the gates.

20 #ecdcba Gearbox / Ratio 1 : 62 / Oil changed every 4000 hours
The gearbox makes a slow wheel fast.
If it whistles, we stop. If it grumbles, we wait.

22 #122242 Control room / Two operators by day, one at night / Radio channel 11
Up here somebody watches the screens around the clock.
The night shift swears that the lighthouse is haunted.
It is only the antenna cable in the wind.

30 #f6f4ec The accident / Turbine 2 stopped on 9 February 2016 / Repair: 11 weeks
Not everything has always gone well.
One night in February, turbine two suddenly stood still.
Some of us suspected lightning, others suspected rust.
In the end it was a fishing net, wound tightly around the shaft.
A diver called Pavel Orsak cut it loose with a bread knife.

22 #0a324a ~
This is the dive, as the camera on his helmet saw it.
[breathing through a regulator]
The knife now hangs above the coffee machine.

24 #cee8da Fish and seals / 14 turns a minute / Sonar stops the blades / Seals counted in 2022: 63
The question we hear most often is about the animals.
When the sonar sees a seal, the blades stop within six seconds.
So far the seals have shown more interest in the ferry.

20 #ecdcba The sluice / Six gates / 38 tonnes each
At high water we close the sluice and keep the sea behind it.
Two hours later we let it go again, when the price is better.

22 #343c46 Cable to the shore / Length: 2.7 kilometres / Voltage: 33 kilovolts / Laid in summer 2008
The electricity leaves through a cable as thick as my arm.
It lies in a trench, so that no anchor can catch it.

22 #122242 Storm Odile / 22 November 2019 / Wind: 41 metres a second
Our hardest night was storm Odile.
We pulled up all gates and went to the cellar with a pot of soup.

24 #282c36 ~
[thunder]
Somebody filmed this from the lantern room.
[horn sounds]
That was a trawler looking for the harbour; everyone got home.

20 #f6f4ec Money / Built for 38 million euros / Paid back in 2027
Was it expensive? Yes, it was.
But the sea has never sent us a bill.

20 #cee8da The people / 19 work here / 27 apprentices since 2012
Half of our crew learned the trade in this very hall.
The youngest, Jonas Weil, started three weeks ago.

24 #122242 What comes next / Turbine five in 2026 / A battery house / A test with an underwater kite
Where do we go from here?
A fifth turbine is ordered, and it will be painted yellow.
The members chose the colour by two votes.

20 #ecdcba Visit us / Tuesday to Sunday / Ferry every 40 minutes / Guided tour: 9 euros
If you want to see more, come on any day but Monday.
The cake in the old boiler house is better than my lecture.

18 #aa6e46 ~
The ferry is waiting for you.
[horn sounds]
Mind the step, and come back soon.

14 #f6f4ec Thank you / post@kestrel-sound.example
Thank you for listening, and good evening.
"""

MEMO = """
This is the evening report from the machine hall.
Turbine four made a strange noise, so we stopped it at noon.
Between the blades we found a glass bottle with a letter inside.
The letter was written by two children in Norway.
Tomorrow morning the new brake arrives on the mail boat.
Please bring the blue ladder back from the lighthouse.
"""
"""A recording without pictures and without subtitles: whoever wants to know has to listen."""


class Part(NamedTuple):
    """One scene of the film; no `texts`: filmed, with moving shapes."""

    length_s: float
    background: tuple[int, int, int]
    texts: tuple[str, ...]
    said: tuple[str, ...]


def parts(text: str = TEXT) -> Iterator[Part]:
    """The scenes of a film written down as above."""
    for block in text.strip().split("\n\n"):
        head, *said = block.splitlines()
        length, colour, slide = head.split(" ", 2)
        red, green, blue = bytes.fromhex(colour[1:])
        texts = () if slide == FILMED else tuple(slide.split(" / "))
        yield Part(float(length), (red, green, blue), texts, tuple(said))
