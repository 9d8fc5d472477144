"""A tiny Whisper checkpoint with random weights, converted for CTranslate2: made in seconds, no download."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LANGUAGES = ("<|en|>", "<|de|>")
CONTROLS = (
    *("<|endoftext|>", "<|startoftranscript|>", *LANGUAGES, "<|translate|>", "<|transcribe|>"),
    *("<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"),
)
TIMES = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1501))


def make_tiny_whisper(folder: Path) -> Path:
    """The folder of a CTranslate2 model of some 100,000 parameters, below `folder`."""
    from ctranslate2.converters import TransformersConverter  # type: ignore[import-untyped]
    from transformers import WhisperFeatureExtractor

    source = folder / "source"
    tokenizer = _tokenizer()
    tokenizer.save_pretrained(source)
    WhisperFeatureExtractor().save_pretrained(source)
    _model(tokenizer).save_pretrained(source)
    files = ["tokenizer.json", "preprocessor_config.json"]
    return Path(TransformersConverter(str(source), copy_files=files).convert(str(folder / "model")))


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: number for number, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([*CONTROLS, *TIMES])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")


def _model(tokenizer: Any) -> Any:
    import torch
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    end, start = tokenizer.convert_tokens_to_ids(["<|endoftext|>", "<|startoftranscript|>"])
    torch.manual_seed(1)
    config = WhisperConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        decoder_start_token_id=start,
    )
    model = WhisperForConditionalGeneration(config)
    settings = model.generation_config
    settings.suppress_tokens, settings.begin_suppress_tokens = [], []
    settings.lang_to_id = {name: tokenizer.convert_tokens_to_ids(name) for name in LANGUAGES}
    return model
