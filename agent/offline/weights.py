"""What the columns of `features` weigh, in log-odds, and where the numbers come from.

Fitted once as a conditional logit (McFadden 1974) with a ridge penalty of 3 on standardised columns, on the
2,512 NExT-QA development questions over captions and, at half weight, 401 questions about made-up meetings,
terminals and credits (seeds from 100 on; the tests use others). Only `option_mean` and `length` may be
negative: they correct for options that fit everything. Five-fold cross-validation over videos gives 56.8 %
on NExT-QA with expected calibration error 0.02; docs/offline.md says how to repeat it.
"""

from __future__ import annotations

WEIGHTS = {
    "option_best": 1.09,
    "option_mean": -3.36,
    "statement_best": 5.72,
    "statement_top": 10.24,
    "news_best": 2.80,
    "echo": 3.16,
    "spread": 0.69,
    "said": 1.24,
    "described": 0.29,
    "sequence": 3.47,
    "length": -0.75,
}
"""One weight for each name in `features.NAMES`."""

IN_ORDER = 9.0
"""Log-odds between an order that all times agree with and one that none does. Set by hand."""

EXTREME = 4.0
"""Log-odds between the option met first (or last) and the one met at the other end. Set by hand."""

COUNTED = 1.5
"""Log-odds for the number said beside the thing counted, or of times it is met. Set by hand."""
