"""An in-process model on its way from disk: with eyes where it has them, from a folder or one GGUF file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import transformers

GGUF = ".gguf"


@dataclass(slots=True)
class Weights:
    """What was loaded; without eyes, `processor` is the tokenizer."""

    model: Any
    processor: Any
    sees: bool

    @property
    def tokenizer(self) -> Any:
        return getattr(self.processor, "tokenizer", self.processor)

    def texts(self, turns: list[dict[str, Any]]) -> str:
        """The turns in the words of the model's chat template; without eyes, each is one text."""
        if not self.sees:
            turns = [{**turn, "content": _joined(turn["content"])} for turn in turns]
        template = self.processor.apply_chat_template
        return str(template(turns, add_generation_prompt=True, tokenize=False))


def sees(path: str) -> bool:
    """Whether the model takes pictures, by its configuration; what cannot be read is taken to."""
    if path.endswith(GGUF):
        return False
    try:
        config = transformers.AutoConfig.from_pretrained(path)
    except (OSError, ValueError, KeyError):
        return True
    return type(config) in transformers.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING


def load(path: str, dtype: Any) -> Weights:
    """Weights of a folder, a name or a `.gguf` file. Raises what transformers raises."""
    if path.endswith(GGUF):
        place = {"pretrained_model_name_or_path": str(Path(path).parent), "gguf_file": Path(path).name}
        tokenizer = transformers.AutoTokenizer.from_pretrained(**place)
        return Weights(
            transformers.AutoModelForCausalLM.from_pretrained(**place, dtype=dtype), tokenizer, False
        )
    if sees(path):
        processor = transformers.AutoProcessor.from_pretrained(path)
        model = transformers.AutoModelForImageTextToText.from_pretrained(path, dtype=dtype)
        return Weights(model, processor, True)
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    return Weights(transformers.AutoModelForCausalLM.from_pretrained(path, dtype=dtype), tokenizer, False)


def _joined(content: list[dict[str, Any]]) -> str:
    return "\n".join(part["text"] for part in content if part["type"] == "text")
