"""A third conversation beside those of `bench speech`, never spoken, with fourteen questions about it."""

HARBOUR = """
A: The night ferry was two hours late because of the fog.
B: I counted ninety passengers, and one of them had lost his violin.
A: The violin was found under the stairs by a girl from Lisbon.
B: She wanted no reward, only a cup of hot chocolate.
A: The crane on the north pier is closed until Friday.
B: Its cable snapped on Monday and nearly hit the customs office.
A: Who will unload the timber then?
B: The fishermen lend us their old tractor for three days.
A: The harbour master retires in June and moves to her sister's farm.
B: The council has already bought her a telescope as a present.
A: We also need fresh paint for the lighthouse door.
B: Green again, the insurance people were very clear about that.
"""
HARBOUR_QUESTIONS = (
    "Why was the night ferry late? = fog",
    "How many passengers were counted? = ninety|90",
    "What had a passenger lost? = violin",
    "Where was the violin found? = stairs",
    "What did the girl want? = chocolate",
    "Until when is the crane closed? = friday",
    "When did the cable snap? = monday",
    "What did the cable nearly hit? = customs",
    "What do the fishermen lend? = tractor",
    "When does the harbour master retire? = june",
    "What present has the council bought? = telescope",
    "What colour is the door painted? = green",
    "What is the name of the harbour dog? =",
    "How much did the ferry ticket cost? =",
)
