"""The forward pass of a BERT encoder in numpy, for small models where torch would only cost start-up time.

Devlin et al., "BERT", 2018: post-norm transformer layers, learned positions, exact (erf) GELU. Weights
carry the names of the `transformers` checkpoint; computation is float32.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

EPSILON = 1e-12
_BLOCK = 1 << 14
"""Values worked on at once, so that they stay in the processor's cache."""
_LOGIT = tuple(
    -np.float32(factor)
    for factor in (
        *(3.62798009e-09, -2.67567359e-07, 7.94802483e-06, -1.10544298e-04),
        *(-6.60711660e-05, 7.26683477e-02, 1.59576849e00),
    )
)
"""The negative of ln(Phi(x) / Phi(-x)) as an odd polynomial, from x^13 down to x, fitted so that the greatest
error of x * Phi(x) is least."""


@dataclass(frozen=True)
class _Layer:
    """Matrices are stored input x output."""

    qkv: tuple[Array, Array]
    attended: tuple[Array, Array]
    attended_norm: tuple[Array, Array]
    widened: tuple[Array, Array]
    narrowed: tuple[Array, Array]
    narrowed_norm: tuple[Array, Array]


class Bert:
    """Token ids to token vectors. `heads` divides the hidden size."""

    def __init__(self, weights: Mapping[str, Array], heads: int) -> None:
        self.heads = heads
        self._words = weights["embeddings.word_embeddings.weight"]
        kinds = weights["embeddings.token_type_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"] + kinds[0]
        self._norm = _pair(weights, "embeddings.LayerNorm")
        count = len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")})
        self._layers = [_layer(weights, f"encoder.layer.{number}.") for number in range(count)]

    def __call__(self, ids: Sequence[Sequence[int]]) -> list[Array]:
        """One array (tokens x hidden) a sequence; sequences of different length may share a call.

        All tokens go through the dense layers as one matrix; only attention sees the sequences, a
        group of equal length at a time, so that nothing is computed for padding.
        """
        lengths = np.array([len(sequence) for sequence in ids])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        positions = np.concatenate([np.arange(length) for length in lengths])
        hidden = (
            self._words[np.concatenate([np.asarray(s, np.int64) for s in ids])] + self._positions[positions]
        )
        groups = [_rows(starts[:-1][lengths == length], length) for length in np.unique(lengths)]
        hidden = _normalised(hidden, self._norm)
        for layer in self._layers:
            hidden = self._step(hidden, layer, groups)
        return [hidden[start:end] for start, end in itertools.pairwise(starts)]

    def _step(self, hidden: Array, layer: _Layer, groups: Sequence[npt.NDArray[np.int64]]) -> Array:
        attended = _dense(self._attention(_dense(hidden, layer.qkv), groups), layer.attended)
        hidden = _normalised(hidden + attended, layer.attended_norm)
        wide = _gelu(_dense(hidden, layer.widened))
        return _normalised(hidden + _dense(wide, layer.narrowed), layer.narrowed_norm)

    def _attention(self, qkv: Array, groups: Sequence[npt.NDArray[np.int64]]) -> Array:
        """Multi-head attention inside each sequence; `groups` hold row numbers, sequences x tokens."""
        size = qkv.shape[1] // 3
        out = np.empty((len(qkv), size), np.float32)
        for rows in groups:
            count, length = rows.shape
            parts = qkv[rows].reshape(count, length, 3, self.heads, size // self.heads)
            query, key, value = parts.transpose(2, 0, 3, 1, 4)
            scores = query @ key.swapaxes(-1, -2)
            mixed = _softmax(scores, 1 / math.sqrt(size / self.heads)) @ value
            out[rows] = mixed.transpose(0, 2, 1, 3).reshape(count, length, size)
        return out


def _rows(starts: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.int64]:
    return starts[:, None] + np.arange(length)


def _layer(weights: Mapping[str, Array], prefix: str) -> _Layer:
    parts = [_pair(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")]
    qkv = (np.concatenate([part[0] for part in parts]).T, np.concatenate([part[1] for part in parts]))
    return _Layer(
        (np.ascontiguousarray(qkv[0]), qkv[1]),
        _linear(weights, f"{prefix}attention.output.dense"),
        _pair(weights, f"{prefix}attention.output.LayerNorm"),
        _linear(weights, f"{prefix}intermediate.dense"),
        _linear(weights, f"{prefix}output.dense"),
        _pair(weights, f"{prefix}output.LayerNorm"),
    )


def _pair(weights: Mapping[str, Array], name: str) -> tuple[Array, Array]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _linear(weights: Mapping[str, Array], name: str) -> tuple[Array, Array]:
    weight, bias = _pair(weights, name)
    return np.ascontiguousarray(weight.T), bias


def _dense(values: Array, linear: tuple[Array, Array]) -> Array:
    out: Array = values @ linear[0]
    out += linear[1]
    return out


def _normalised(values: Array, norm: tuple[Array, Array]) -> Array:
    """Layer normalisation over the last axis, in place."""
    values -= values.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", values, values) / values.shape[1]
    values *= (1 / np.sqrt(variance + EPSILON))[:, None]
    values *= norm[0]
    values += norm[1]
    return values


def _softmax(scores: Array, scale: float) -> Array:
    """In place over the last axis, of `scores * scale`."""
    scores -= scores.max(axis=-1, keepdims=True)
    scores *= np.float32(scale)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


def _gelu(values: Array) -> Array:
    """x * Phi(x), in place, with Phi, the normal distribution, as the logistic function of _LOGIT.

    Off by at most 6e-7, which is what float32 resolves.
    """
    flat = values.reshape(-1)
    squares, logits = np.empty(_BLOCK, np.float32), np.empty(_BLOCK, np.float32)
    with np.errstate(over="ignore"):  # far out, where Phi is 0 or 1
        for start in range(0, flat.size, _BLOCK):
            part = flat[start : start + _BLOCK]
            square, logit = squares[: part.size], logits[: part.size]
            np.multiply(part, part, out=square)
            np.multiply(square, _LOGIT[0], out=logit)
            for factor in _LOGIT[1:-1]:
                logit += factor
                logit *= square
            logit += _LOGIT[-1]
            logit *= part
            np.exp(logit, out=logit)
            logit += np.float32(1)
            part /= logit
    return values
