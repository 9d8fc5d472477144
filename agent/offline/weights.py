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
    "spread": 0.73,
    "described": 0.26,
    "length": -0.89,
    "said": 1.26,
    "sequence": 3.38,
    "long_statement_top": 12.16,
    "long_parts": 13.72,
    "long_held": 4.01,
}
"""One weight for each name in `features.NAMES`."""

IN_ORDER = 9.0
"""Log-odds between an order that all times agree with and one that none does. Set by hand."""

EXTREME = 4.0
"""Log-odds between the option met first (or last) and the one met at the other end. Set by hand."""

FIRST = {
    "cosine": 5.505,
    "cosine_best": 2.303,
    "cosine_far": 3.407,
    "coverage_near": 3.262,
    "answer_type": 1.555,
    "answer_type_near": 3.571,
    "content": 1.305,
}
"""What the columns of every passage weigh, fitted with those below by `tests.agent.fit_open`."""

SECOND = {
    "whole": 2.245,
    "rank": -0.609,
    "speaker": 2.063,
    "soft_coverage_near": 1.796,
    "cosine": 2.057,
    "cosine_best": -0.208,
    "cosine_far": 3.770,
    "coverage_near": 1.450,
    "answer_type": 2.053,
    "answer_type_near": 2.709,
    "content": 1.253,
}
"""Of the likeliest passages."""

SURE = {
    "always": -1.591,
    "share": 0.983,
    "cosine_best": 3.912,
    "lacks": -1.759,
    "unnamed": -1.272,
    "answer_type_near": 1.616,
}
"""Log-odds that what is quoted is right."""

ANSWERABLE = {
    "always": -1.131,
    "whole": 1.127,
    "cosine": 3.153,
    "cosine_best": 2.584,
    "lacks": -0.600,
    "unnamed": -1.513,
}
"""Log-odds that the recording answers at all."""
