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
    "cosine": 4.957,
    "cosine_best": 2.308,
    "cosine_near": 2.501,
    "cosine_far": 3.187,
    "held": 1.526,
    "held_near": 2.837,
    "held_far": 0.885,
    "held_best": 1.084,
    "rare": -0.410,
    "fits": 1.283,
    "fits_number": 1.642,
    "fits_by_words": 2.966,
    "reply": -0.825,
    "asking": -0.712,
    "length": 0.509,
    "news": 0.822,
    "shown": 0.124,
    "facts": -1.969,
    "head": 0.835,
}

SECOND = {
    "whole": 4.870,
    "alike": 1.296,
    "alike_near": 1.792,
    "alike_best": 1.577,
    "alike_squared": 1.345,
    "cosine": 2.357,
    "cosine_best": 0.039,
    "cosine_near": 2.194,
    "cosine_far": 2.262,
    "held": -0.518,
    "held_near": 1.453,
    "held_far": 0.033,
    "held_best": -0.227,
    "rare": -0.707,
    "fits": 1.678,
    "fits_number": 1.259,
    "fits_by_words": 2.508,
    "reply": -0.991,
    "asking": -0.028,
    "length": 0.541,
    "news": 0.546,
    "shown": 0.143,
    "facts": -1.749,
    "head": 0.083,
    "rival": 11.377,
}

SURE = {
    "always": -2.716,
    "whole": 1.452,
    "fits": 0.692,
    "top": 2.012,
    "cosine_best": 1.613,
    "alike_best": 0.747,
}
