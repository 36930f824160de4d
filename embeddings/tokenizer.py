"""Build the built-in encoder's tokenizer from counted texts: every character, and the frequent words. Knows no rows."""

import math
import re
from collections import Counter
from collections.abc import Iterable

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from embeddings.charsmap import charsmap, spelling_folds

UNKNOWN = "[UNK]"
_WORD = re.compile(r"[一-鿿]{2,6}|[a-z]{2,15}|[0-9]{2,4}")


def count_words(texts: Iterable[str], weight: float = 1.0) -> Counter[str]:
    """Count the words and the characters of ``texts`` after the folds of spelling; the counts sum to ``weight``."""
    import rjieba

    fold = _normalizer().normalize_str
    counts: Counter[str] = Counter()
    for text in texts:
        for word in rjieba.cut(fold(text)):
            if _WORD.fullmatch(word):
                counts[word] += 1
            else:
                counts.update(word.replace(" ", ""))
    total = sum(counts.values()) or 1
    return Counter({word: weight * count / total for word, count in counts.items()})


def build_tokenizer(frequency: Counter[str], size: int) -> Tokenizer:
    """Return a Unigram tokenizer of ``size`` pieces: all single characters of ``frequency`` and of GB 2312, then words.

    ``frequency`` must be folded already (``count_words`` does it). The tokenizer folds whatever it reads.
    """
    characters = {piece for piece in frequency if len(piece) == 1 and not piece.isspace()} | _common_characters()
    words = [word for word, _ in sorted(frequency.items(), key=lambda pair: (-pair[1], pair[0])) if len(word) > 1]
    pieces = sorted(characters) + words[: max(0, size - 1 - len(characters))]
    least = min(frequency.values(), default=1.0) / 2
    scored = [(UNKNOWN, 0.0), *((piece, math.log(frequency.get(piece, least))) for piece in pieces)]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=0))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def _normalizer() -> normalizers.Normalizer:
    return normalizers.Precompiled(charsmap(spelling_folds()))


def _common_characters() -> set[str]:
    """Return the 6,763 characters of GB 2312 and the printable ones of ASCII, as the folds leave them."""
    rows = (bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    fold = _normalizer().normalize_str
    return set(fold("".join(rows) + "".join(map(chr, range(0x21, 0x7F)))))
