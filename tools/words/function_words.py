"""Words that say little on their own, in groups: every list of words to leave out is a union of these."""

from __future__ import annotations

GRAMMAR = frozenset(
    """a about also am an and any are as at be because been being but by can could did do does doing down
    for from had has have having he her hers him his how i if in into is it its itself just me my no
    not of off on or our out over own she should so some such than that the their them then there
    these they this those to too up very was we were what when where which while who whom whose why
    will with would you your""".split()  # noqa: SIM905
)
"""English articles, pronouns, auxiliaries, prepositions and question words."""

CLITIC = frozenset("st")
"""What is left of `it's` and `don't` where words are cut at the apostrophe."""

LIMITING = frozenset(
    """after again all before between both during each few further here more most nor now once only other
    same through under until""".split()  # noqa: SIM905
)
"""English words that are small but narrow a question down: `after`, `only`, `both`."""

FORMAL = frozenset(
    "herself himself may might must myself ours please shall themselves upon us yours".split()  # noqa: SIM905
)
"""Further English auxiliaries and pronouns."""

BARE = frozenset(
    """aren arent cant couldnt didn didnt doesn doesnt don dont hows however isn isnt ll onto pls re ve
    wasn wasnt weren whats wheres whos won wouldnt""".split()  # noqa: SIM905
)
"""English contractions that lost their apostrophe, and what is left of them where they were cut there."""

EUROPEAN = frozenset(
    """al auf aux avec ce cette con dans das del dem den der ein eine einem einen el en es est et für ist
    la las le les lo los mit nicht por que qui se sich sind sont su sur un una und une unos von wann
    wer wie wo y zu""".split()  # noqa: SIM905
)
"""German, French and Spanish words, where English has no content word that is written alike."""

SPOKEN = frozenset(
    """above aren't below can't cannot come couldn't didn't doesn't don't even ever every get go going
    gonna got hadn't hasn't haven't he'd he'll he's here's hey i'd i'll i'm i've isn't it's know let
    let's like look make mine much never oh ok okay one put really right said say see she'd she'll
    she's shouldn't still take that's theirs there's they'd they'll they're they've thing things think
    um want wasn't way we'd we'll we're we've well weren't what's who's without won't wouldn't yeah
    yes yet you'd you'll you're you've yourself""".split()  # noqa: SIM905
)
"""English words that speech is full of whatever it is about."""
