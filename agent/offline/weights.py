"""What the columns of `features` weigh, in log-odds, and where the numbers come from.

A conditional logit (McFadden 1974) with a ridge penalty on standardised columns, fitted by
`python -m tests.agent.fit_offline` on the 2,512 NExT-QA development questions over captions and, at half
weight, 401 questions about made-up meetings, terminals and credits. Only `option_mean` and `length` may be
negative: they correct for options that fit everything. docs/offline.md has what cross-validation says.
"""

from __future__ import annotations

WEIGHTS = {
    "option_best": 3.67,
    "option_mean": -2.76,
    "statement_best": 6.35,
    "statement_top": 9.48,
    "news_best": 0.66,
    "spread": 0.67,
    "said": 1.20,
    "described": 0.31,
    "sequence": 3.45,
    "length": -0.89,
}
"""One weight for each name in `features.NAMES`."""

IN_ORDER = 9.0
"""Log-odds between an order that all times agree with and one that none does. Set by hand."""

EXTREME = 4.0
"""Log-odds between the option met first (or last) and the one met at the other end. Set by hand."""

COUNTED = 1.5
"""Log-odds for the number said beside the thing counted, or of times it is met. Set by hand."""
