"""Train the built-in encoder: ``python -m embeddings.train --data DIR --out embeddings/model``.

One row a piece, a text is the mean of its rows: nothing else is learned. The rows begin as random projections of
characters and words, rare ones long and frequent ones short, and are then moved so that a question lies nearer to
its own passage than to the others of its batch, at full length and cut short. Knows no library and no search.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers.base.modules import Normalize
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, embedding_bag, normalize
from tqdm import tqdm

from embeddings.pairs import Pair, read_lines, read_pairs, statutes
from embeddings.tokenizer import build_tokenizer, count_words

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Recipe:
    """The figures that the model card repeats."""

    pieces: int = 40_000
    dimensions: int = 512
    shorter: tuple[int, ...] = (256, 128)  # a row cut to these is a vector of its own
    headings: int = 15_000
    sentences: int = 25_000
    epochs: int = 3
    batch: int = 512
    rate: float = 0.001
    scale: float = 30.0  # cosines are multiplied by it before the softmax
    rare: float = 3e-4  # a piece of relative frequency f begins with length rare / (rare + f)
    longest: int = 320  # pieces of a passage that training reads
    seed: int = 7


def main() -> None:
    """Read the data, train, save."""
    parser = argparse.ArgumentParser(description="Train the built-in encoder.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with train/, corpora/ and retrieval/")
    parser.add_argument("--out", type=Path, required=True, help="the folder that the model is written to")
    arguments = parser.parse_args()
    recipe = Recipe()
    pairs = read_pairs(arguments.data, recipe.headings, recipe.sentences, recipe.seed)
    tokenizer = build_tokenizer(_frequency(arguments.data), recipe.pieces)
    rows = train(tokenizer, pairs, recipe)
    save(arguments.out, tokenizer, rows)
    print(f"{len(pairs)} pairs, {len(rows)} rows of {recipe.dimensions}, written to {arguments.out}")


def train(tokenizer: Tokenizer, pairs: Sequence[Pair], recipe: Recipe) -> NDArray[np.float32]:
    """Return a row for every piece of ``tokenizer``, (pieces, dimensions), the same for the same seed."""
    torch.manual_seed(recipe.seed)
    queries = _tokenize(tokenizer, [pair.query for pair in pairs], recipe.longest)
    passages = _tokenize(tokenizer, [pair.passage for pair in pairs], recipe.longest)
    rows = torch.nn.Parameter(_first_rows(tokenizer, queries + passages, recipe))
    optimizer = torch.optim.Adam([rows], lr=recipe.rate, fused=True)
    batches = list(_batches(pairs, recipe))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=len(batches), pct_start=0.1)
    for batch in (bar := tqdm(batches, "training", unit="batch")):
        loss = _loss(_mean(rows, [queries[i] for i in batch]), _mean(rows, [passages[i] for i in batch]), recipe)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.3f}")
    return rows.detach().numpy()


def save(folder: Path, tokenizer: Tokenizer, rows: NDArray[np.float32]) -> None:
    """Write a folder that ``SentenceTransformer(folder)`` loads: int8 rows with a scale each, tokenizer, modules."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12).astype(np.float32) / 127
    whole = np.round(rows / scales[:, None]).astype(np.int8)
    save_file({"embeddings": whole, "weights": scales}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    kinds = (StaticEmbedding, ""), (Normalize, "1_Normalize")
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"{kind.__module__}.{kind.__name__}"}
        for i, (kind, path) in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n")


def _frequency(data: Path) -> Counter[str]:
    """Count pieces so that statutes do not drown the words of everyday questions."""
    rows = list(read_lines(data / "train" / "pairs.jsonl.gz"))
    everyday = [row["question"] for row in rows] + sorted({row["passage"] for row in rows})
    official = [text for _, text in islice(statutes(data), 0, None, 2)]  # half of them count alike, in half the time
    return count_words(everyday, 0.4) + count_words(official, 0.6)


def _tokenize(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[Ids]:
    encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [np.array(encoding.ids[:longest] or [0], np.int32) for encoding in encodings]


def _first_rows(tokenizer: Tokenizer, texts: Sequence[Ids], recipe: Recipe) -> torch.Tensor:
    """Give each piece the sum of its characters' random vectors and one of its own, shortened when it is frequent."""
    counts = np.bincount(np.concatenate(texts), minlength=tokenizer.get_vocab_size())
    own = np.random.default_rng(recipe.seed).standard_normal((len(counts), recipe.dimensions), np.float32)
    rows = own.copy()
    for piece, number in tokenizer.get_vocab().items():
        if len(piece) > 1 and (parts := [i for c in piece if (i := tokenizer.token_to_id(c)) is not None]):
            rows[number] += own[parts].sum(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows *= (recipe.rare / (recipe.rare + counts / counts.sum()))[:, None].astype(np.float32)
    return torch.from_numpy(rows)


def _batches(pairs: Sequence[Pair], recipe: Recipe) -> Iterator[list[int]]:
    """Yield batches of one kind each, so that a passage competes with its like, in an order drawn by the seed."""
    dice = random.Random(recipe.seed)
    for _ in range(recipe.epochs):
        batches = []
        for kind in sorted({pair.kind for pair in pairs}):
            numbers = [i for i, pair in enumerate(pairs) if pair.kind == kind]
            dice.shuffle(numbers)
            batches += [numbers[i : i + recipe.batch] for i in range(0, len(numbers), recipe.batch)]
        dice.shuffle(batches)
        yield from batches


def _mean(rows: torch.Tensor, texts: Sequence[Ids]) -> torch.Tensor:
    offsets = np.cumsum([0, *(len(text) for text in texts[:-1])])
    return embedding_bag(torch.from_numpy(np.concatenate(texts)), rows, torch.from_numpy(offsets).int(), mode="mean")


def _loss(queries: torch.Tensor, passages: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Ask of every query that its own passage is the nearest, at every length; equal passages are no rivals."""
    directions = normalize(passages.detach())
    twins = (directions @ directions.T > 0.9999).fill_diagonal_(False)
    right = torch.arange(len(queries))
    losses = []
    for length in (recipe.dimensions, *recipe.shorter):
        cosines = normalize(queries[:, :length]) @ normalize(passages[:, :length]).T
        losses.append(cross_entropy((recipe.scale * cosines).masked_fill(twins, -1e4), right))
    return torch.stack(losses).mean()


if __name__ == "__main__":
    main()
