"""What `bench speech` has spoken: conversations with questions, and names that are hard to hear.

In a conversation a line is `VOICE: words`; in a question, what the answer must hold stands after `=`.
"""

from __future__ import annotations

from playhead.tools.voice import ENGLISHMAN, MAN

VOICES = {"A": MAN, "B": ENGLISHMAN}

BAKERY = """
A: Good morning, did the flour arrive last night?
B: It did, but the driver left eleven sacks at the wrong door.
A: Then we have to carry them over before the rain starts.
B: My brother will help us after breakfast.
A: How many loaves did the hotel order for Saturday?
B: They want sixty loaves and four apple cakes.
A: The old oven will not manage that, the fan is broken again.
B: I called the repair man and he is coming on Thursday.
A: Until then we bake at night and sell the rest at the market.
B: And please do not put cinnamon into the cakes, the cook hates it.
A: Somebody stole the sign from our window, did you notice?
B: The police found it behind the swimming pool.
"""
BAKERY_QUESTIONS = (
    "How many sacks were left at the wrong door? = eleven|11",
    "Who will help to carry the sacks? = brother",
    "How many loaves does the hotel want? = sixty|60",
    "What is broken in the old oven? = fan",
    "When is the repair man coming? = thursday",
    "What should not be put into the cakes? = cinnamon",
    "Where did the police find the sign? = pool",
    "What colour is the delivery van? =",
)

MUSEUM = """
B: Welcome to the planning meeting for the winter exhibition.
A: The paintings from Madrid arrive in the first week of November.
B: We must keep the room at nineteen degrees, because of the wooden frames.
A: The insurance costs forty thousand dollars, which is more than last year.
B: Can we close the garden entrance to save money?
A: No, the school groups come through the garden every Wednesday.
B: Then let us sell fewer posters and print a smaller catalogue.
A: The catalogue is written by a retired doctor from the hospital.
B: On the opening night a string quartet plays in the entrance hall.
A: And the mayor wants to speak, but only for five minutes.
B: One of the guards is afraid of the stuffed bear in the second room.
A: We could move the bear next to the coffee shop.
"""
MUSEUM_QUESTIONS = (
    "Where do the paintings come from? = madrid",
    "Why must the room be kept at nineteen degrees? = frames",
    "How much does the insurance cost? = forty thousand|40,000|40000",
    "When do the school groups come through the garden? = wednesday",
    "Who writes the catalogue? = doctor",
    "What plays in the entrance hall on the opening night? = quartet",
    "What is one of the guards afraid of? = bear",
    "Which bank pays for the exhibition? =",
)

CONVERSATIONS = {"bakery": (BAKERY, BAKERY_QUESTIONS), "museum": (MUSEUM, MUSEUM_QUESTIONS)}

NAMES = """
Alasdair Menzies, Aoife Gallagher, Ballachulish, Bertrand Ouellette, Desdemona Hart, Dmitri Volkonsky, Eamon
Delahunt, Elspeth Farquhar, Evander Stroud, Fenella Strachan, Fiachra Nolan, Florian Kessler, Fyodor
Belinsky, Giacomo Pellegrini, Godfrey Mbeki, Guinevere Ashdown, Gwendolyn Pryce, Hamish Urquhart, Henrike
Scholz, Hester Wragg, Hexacorp, Hiroshi Tanabe, Hortensia Lamb, Imogen Leith, Ivor Llewellyn, Keziah Stone,
Kieran McGrath, Lucinda Worthing, Marguerite Duval, Mateo Quintero, Montague Sykes, Nadezhda Orlova, Niamh
Corrigan, Nikhil Bhattacharya, Oluwaseun Bakare, Osgood Perkins, Ottoline Pratt, Ozzy Osbourne, Penhaligon,
Percival Lowe, Piet Hoogland, Priya Raghunathan, Przemysl, Ptolemy Graves, Quorra Systems, Rafferty Quinn,
Rajesh Venkataraman, Randy Rhoads, Rosalind Eisner, Rupert Cholmondeley, Sigrid Ostergaard, Siobhan Keane,
Stellan Ekberg, Tabitha Gough, Takumi Nishida, Thaddeus Finch, Theodora Milne, Ursula Ziegler, Valentin
Moreau, Verena Kofler, Viggo Rasmussen, Vivienne Laurier, Wenceslas Hruby, Winifred Yates, Wojciech
Zielinski, Worcestershire Mill, Yolanda Espinoza, Zbigniew Nowak, Zelda Fitzroy
"""
"""None of them was looked at when the figures of `tools/words/sounds.py` were chosen."""

NAMED = (
    "{} repaired the old organ in the chapel.",
    "We waited two hours for {} at the station.",
    "Everybody remembers {} for the red umbrella.",
    "The letter from {} came back unopened.",
    "I met {} once at a wedding in the mountains.",
    "In the spring {} sold the boat and bought a piano.",
    "They named the new ferry after {}.",
    "The report about {} was eleven pages long.",
    "My neighbour says that {} never eats fish.",
    "On Monday {} will open the exhibition.",
)
"""What is said about a name: the sentence alone does not tell which."""
