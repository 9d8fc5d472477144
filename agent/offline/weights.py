"""What the columns of `features` weigh, in log-odds, and where the numbers come from.

A conditional logit (McFadden 1974) with a ridge penalty on standardised columns, fitted by
`python -m tests.agent.fit_offline` on the 2,512 NExT-QA development questions over captions, 570 with long
options made out of them and, at half weight, 401 about made-up meetings, terminals and credits. Only
`option_mean` and `length` may be negative: they correct for options that fit everything. docs/offline.md has
what cross-validation says.
"""

from __future__ import annotations

WEIGHTS = {
    "option_best": 3.69,
    "option_mean": -3.23,
    "statement_best": 6.42,
    "statement_top": 10.12,
    "spread": 0.79,
    "described": 0.28,
    "length": -0.88,
    "said": 1.27,
    "sequence": 3.38,
    "long_statement_top": 15.81,
    "long_parts": 14.98,
    "long_held": 4.07,
}
"""One weight for each name in `features.NAMES`."""

IN_ORDER = 9.0
"""Log-odds between an order that all times agree with and one that none does. Set by hand."""

EXTREME = 4.0
"""Log-odds between the option met first (or last) and the one met at the other end. Set by hand."""

COUNTED = 1.5
"""Log-odds for the number said beside the thing counted, or of times it is met. Set by hand."""

FIRST = {
    "cosine": 6.613,
    "cosine_best": 2.982,
    "cosine_far": 4.027,
    "coverage_near": 4.114,
    "answer_type": 1.273,
    "answer_type_near": 4.344,
    "content": 1.455,
}
"""What the columns of every passage weigh, fitted with those below by `tests.agent.fit_open`."""

SECOND = {
    "whole": 2.076,
    "rank": -0.622,
    "speaker": 2.806,
    "soft_coverage_near": 1.928,
    "cosine": 2.223,
    "cosine_best": -0.353,
    "cosine_far": 3.343,
    "coverage_near": 1.400,
    "answer_type": 1.877,
    "answer_type_near": 2.894,
    "content": 1.353,
    "soft_coverage": 1.431,
}
"""Of the likeliest passages."""

SURE = {
    "always": -0.305,
    "share": 0.897,
    "cosine_best": 3.710,
    "lacks": -2.332,
    "unnamed": -1.642,
    "answer_type_near": 1.538,
    "places": -0.105,
}
"""Log-odds that what is quoted is right."""

ANSWERABLE = {
    "always": -0.223,
    "whole": 1.972,
    "cosine": 2.889,
    "cosine_best": 2.599,
    "lacks": -2.244,
    "unnamed": -2.051,
    "places": -0.092,
}
"""Log-odds that the recording answers at all."""
