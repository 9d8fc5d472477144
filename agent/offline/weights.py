"""What the columns of `features` weigh, in log-odds, and where the numbers come from.

A conditional logit (McFadden 1974) with a ridge penalty on standardised columns, fitted by
`python -m tests.agent.fit_offline` on the 2,512 NExT-QA development questions over captions, 570 with long
options made out of them and, at half weight, 401 about made-up meetings, terminals and credits. Only
`option_mean` and `length` may be negative: they correct for options that fit everything. docs/offline.md has
what cross-validation says.
"""

from __future__ import annotations

WEIGHTS = {
    "option_best": 3.38,
    "option_mean": -3.01,
    "statement_best": 6.43,
    "statement_top": 9.48,
    "news_best": 0.52,
    "spread": 0.73,
    "described": 0.26,
    "length": -0.89,
    "said": 1.26,
    "sequence": 3.38,
    "long_statement_top": 12.16,
    "long_news_best": 3.65,
    "long_parts": 13.72,
    "long_held": 4.01,
}
"""One weight for each name in `features.NAMES`."""

IN_ORDER = 9.0
"""Log-odds between an order that all times agree with and one that none does. Set by hand."""

EXTREME = 4.0
"""Log-odds between the option met first (or last) and the one met at the other end. Set by hand."""

COUNTED = 1.5
"""Log-odds for the number said beside the thing counted, or of times it is met. Set by hand."""

FIRST = {
    "cosine": 5.082,
    "cosine_best": 2.358,
    "cosine_near": 2.440,
    "cosine_far": 3.171,
    "held": 1.493,
    "held_near": 2.811,
    "held_far": 0.911,
    "held_best": 1.045,
    "rare": -0.380,
    "fits": 1.281,
    "fits_number": 1.637,
    "fits_by_words": 3.011,
    "reply": -0.799,
    "asking": -0.749,
    "length": 0.551,
    "news": 0.910,
    "shown": 0.126,
    "facts": -1.780,
    "head": 0.842,
}

SECOND = {
    "whole": 4.861,
    "alike": 1.509,
    "alike_near": 1.725,
    "alike_best": 1.809,
    "alike_squared": 1.307,
    "cosine": 2.451,
    "cosine_best": 0.055,
    "cosine_near": 2.147,
    "cosine_far": 2.332,
    "held": -0.645,
    "held_near": 1.455,
    "held_far": 0.047,
    "held_best": -0.376,
    "rare": -0.729,
    "fits": 1.689,
    "fits_number": 1.270,
    "fits_by_words": 2.498,
    "reply": -1.084,
    "asking": -0.021,
    "length": 0.525,
    "news": 0.599,
    "shown": 0.140,
    "facts": -1.664,
    "head": 0.100,
}

SURE = {
    "always": -2.585,
    "share": 1.0,
    "fits": 0.688,
    "cosine_best": 0.841,
    "gap": 0.318,
}
