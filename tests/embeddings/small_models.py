"""Small real models of sentence-transformers with random weights, made in a folder: a stand-in for those of a hub."""

from pathlib import Path

from corpus.fold import fold

_TEXT = fold("".join(path.read_text("utf-8-sig", "replace") for path in Path("corpus/policies").glob("*.txt")))


def make_encoder(folder: Path, prompts: dict[str, str], seed: int = 1) -> Path:
    """Write a transformer of 16 dimensions that ``SentenceTransformer(folder)`` loads."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    transformer = Transformer(str(_make_bert(folder.with_name(folder.name + "-bert"), seed)))
    SentenceTransformer(modules=[transformer, Pooling(16)], prompts=prompts, device="cpu").save(str(folder))
    return folder


def make_reranker(folder: Path, labels: int = 1) -> Path:
    """Write a transformer that ``CrossEncoder(folder)`` loads."""
    return _make_bert(folder, 2, labels)


def _make_bert(folder: Path, seed: int, labels: int = 0) -> Path:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set(_TEXT) - set(" \n\r\t"))]
    numbers = {name: number for number, name in enumerate(names)}
    characters = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    characters.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    marks = [("[CLS]", 2), ("[SEP]", 3)]
    characters.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", marks)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=characters, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(names),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
        num_labels=max(labels, 1),
    )
    model = BertForSequenceClassification(config) if labels else BertModel(config)
    tokenizer.model_max_length = 128
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder
