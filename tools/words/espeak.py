"""The process that speaks: texts in on stdin, samples out on stdout. Started by `playhead.tools.voice`.

eSpeak NG is called through its C interface (`speak_lib.h`): it hands over 16-bit samples through a callback.
"""

from __future__ import annotations

import ctypes
import io
import json
import sys
from typing import Any

import av
import espeakng_loader
import numpy as np

from playhead.tools.words.audio import RATE_HZ, Samples

_SYNCHRONOUS, _DO_NOT_EXIT, _RATE, _UTF8, _BY_CHARACTER = 2, 0x8000, 1, 1, 1
_LOUD = 0.01
_SEED = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Engine:
    """The library, with one voice at a time."""

    def __init__(self) -> None:
        self.library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate_hz = int(self.library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT))
        if self.rate_hz <= 0:
            raise SystemExit("its data cannot be read")
        self.library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
        self.heard: list[Any] = []
        self.callback = _CALLBACK(self._take)
        self.library.espeak_SetSynthCallback(self.callback)

    def _take(self, samples: Any, count: int, _: Any) -> int:
        if samples and count > 0:
            self.heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def speak(self, text: str, voice: str, words_a_minute: int) -> Samples:
        """One text without silence around it, mono at RATE_HZ."""
        self.heard.clear()
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SystemExit(f"it has no voice {voice!r}")
        self.library.espeak_SetParameter(_RATE, words_a_minute, 0)
        data = text.encode() + b"\0"
        size = ctypes.c_size_t(len(data))
        self.library.espeak_Synth(data, size, 0, _BY_CHARACTER, 0, _UTF8, None, None)
        samples = self._resampled() if self.heard else np.zeros(0, np.float32)
        loud = np.flatnonzero(np.abs(samples) > _LOUD)
        return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]

    def _resampled(self) -> Samples:
        whole = np.concatenate(self.heard)[None]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = self.rate_hz
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        blocks = [*resampler.resample(frame), *resampler.resample(None)]
        return np.concatenate([block.to_ndarray().reshape(-1) for block in blocks]).astype(np.float32)


def main() -> None:
    """Reads [[text, voice, words a minute], …] as JSON and writes one .npy array after the other."""
    engine = Engine()
    for text, voice, words_a_minute in json.loads(sys.stdin.buffer.read()):
        array = io.BytesIO()  # NumPy asks a file for its position, and a pipe has none
        np.save(array, engine.speak(text, voice, words_a_minute))
        sys.stdout.buffer.write(array.getvalue())


if __name__ == "__main__":
    main()
