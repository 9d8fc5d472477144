"""`python make_tiny_qwen.py FOLDER`: a Qwen3-VL with random weights, half a million parameters.

Runs in the vLLM environment, because the processors of this family need torchvision.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    Qwen2Tokenizer,
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

SPECIAL = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
    "<|video_pad|>",
]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif part['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer() -> Any:
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, special_tokens=SPECIAL)
    bpe.train_from_iterator(["a person opens the door and picks up the keys"] * 3, trainer)
    trained = json.loads(bpe.to_str())["model"]
    merges = [tuple(merge) for merge in trained["merges"]]
    return Qwen2Tokenizer(
        vocab=trained["vocab"],
        merges=merges,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        extra_special_tokens=SPECIAL[1:],
    )


def processor(words: Any) -> Any:
    size = {"shortest_edge": 32 * 32, "longest_edge": 128 * 128}
    patches: dict[str, Any] = {"patch_size": 16, "merge_size": 2, "temporal_patch_size": 2, "size": size}
    return Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(**patches),
        video_processor=Qwen3VLVideoProcessor(**patches),
        tokenizer=words,
        chat_template=TEMPLATE,
    )


def config(words: Any) -> Any:
    named = {name: words.convert_tokens_to_ids(f"<|{name}|>") for name in ("image_pad", "video_pad")}
    return Qwen3VLConfig(
        text_config={
            "vocab_size": len(words),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 32,
            "max_position_embeddings": 32768,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "mrope_section": [8, 4, 4],
                "mrope_interleaved": True,
            },
        },
        vision_config={
            "depth": 2,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_heads": 2,
            "patch_size": 16,
            "out_hidden_size": 64,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        image_token_id=named["image_pad"],
        video_token_id=named["video_pad"],
        vision_start_token_id=words.convert_tokens_to_ids("<|vision_start|>"),
        vision_end_token_id=words.convert_tokens_to_ids("<|vision_end|>"),
        eos_token_id=words.convert_tokens_to_ids("<|im_end|>"),
        pad_token_id=words.convert_tokens_to_ids("<|endoftext|>"),
    )


def main(folder: Path) -> None:
    words = tokenizer()
    processor(words).save_pretrained(folder)
    torch.manual_seed(0)
    model = Qwen3VLForConditionalGeneration(config(words))
    model.save_pretrained(folder)
    print(f"{sum(weights.numel() for weights in model.parameters())} parameters in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
