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
    "cosine": 5.335,
    "cosine_best": 2.248,
    "cosine_near": 2.475,
    "cosine_far": 3.272,
    "held": 1.763,
    "held_near": 3.328,
    "fits": 1.550,
    "fits_by_words": 3.516,
    "news": 1.228,
    "facts": -2.219,
}

SECOND = {
    "whole": 4.543,
    "alike": 1.243,
    "alike_near": 1.728,
    "alike_best": 1.544,
    "alike_squared": 1.542,
    "cosine": 2.838,
    "cosine_best": -0.214,
    "cosine_near": 2.137,
    "cosine_far": 2.619,
    "held": -1.378,
    "held_near": 1.380,
    "fits": 1.982,
    "fits_by_words": 2.505,
    "news": 1.042,
    "facts": -1.905,
}

SURE = {
    "always": -0.361,
    "share": 1.604,
    "cosine_best": 3.906,
    "lacks": -2.138,
    "unnamed": -1.400,
    "what": -0.287,
}
