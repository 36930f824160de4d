"""Write conversations and comparisons as files to take along: Markdown with the sources, CSV with the quotes."""

from collections.abc import Sequence

from bot.answer import Answer, Citation
from bot.web import texts
from bot.web.comparison import comparison_of
from bot.web.conversation import Exchange
from bot.web.sheet import table
from bot.web.sources import cited, day, is_web


def conversation_markdown(conversation: Sequence[Exchange], time: str) -> str:
    """Return the answered questions of a conversation with their sources as Markdown; empty where there are none.

    Replies are Markdown already, and carry the label of generated text where they were generated.
    """
    answered = [exchange for exchange in conversation if exchange.answer]
    if not answered:
        return ""
    head = [f"# {texts.EXPORT_TITLE}", texts.EXPORT_TIME.format(time=time), texts.EXPORT_HINT]
    return "\n\n".join([*head, *(_exchange(exchange) for exchange in answered)]) + "\n"


def comparison_csv(answer: Answer) -> str:
    """Return the table of a comparison as CSV for a spreadsheet, each row with the quotes that prove it; empty without one.

    The label of generated text, where the answer was generated, stands in a row of its own.
    """
    compared = comparison_of(answer)
    if compared is None:
        return ""
    rows: list[list[str]] = [[*compared.header, *texts.CSV_COLUMNS]]
    for row in compared.rows:
        rows.append([*row.cells, *_proven([answer.citations[n - 1] for n in row.numbers])])
    if answer.mode == "generative":
        rows.append([texts.GENERATED])
    return table(rows)


def _exchange(exchange: Exchange) -> str:
    answer = exchange.answer
    assert answer
    parts = [f"## {texts.EXPORT_QUESTION.format(question=_literal(exchange.question))}", _harmless(answer.text)]
    if exchange.limits:
        parts.append(texts.LIMITED + _literal("、".join(exchange.limits)))
    if answer.note:
        parts.append(texts.EXPORT_NOTE.format(note=_literal(answer.note)))
    if answer.citations:
        parts.append(f"### {texts.SOURCES}")
        parts.append("\n".join(_source(n, citation) for n, citation in enumerate(answer.citations, 1)))
    return "\n\n".join(parts)


def _source(number: int, citation: Citation) -> str:
    dates = [texts.ISSUED.format(date=day(citation.issued)) if citation.issued else ""]
    dates.append(texts.PUBLISHED.format(date=day(citation.published)) if citation.published else "")
    about = "，".join(_literal(part) for part in (citation.issuer or "", *dates) if part)
    url = (
        f" <{citation.url}>" if citation.url and is_web(citation.url) and not set(citation.url) & set("<> \n\r") else ""
    )
    return (
        f"- [{number}] {texts.ROLES[citation.role]}：{_literal(cited(citation))}{f'（{about}）' if about else ''}{url}"
    )


def _harmless(markdown: str) -> str:
    """Return a reply without what would load or lead somewhere in whatever shows the file."""
    return markdown.replace("<", "&lt;").replace("![", "!\\[").replace("](", "]\\(")


def _literal(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_#<>[]|!" else c for c in " ".join(text.split()))


def _proven(proofs: Sequence[Citation]) -> list[str]:
    """Return the columns of a row's proofs, several in one cell on lines of their own."""
    columns: list[list[str]] = [[] for _ in texts.CSV_COLUMNS]
    for proof in proofs:
        values = (proof.quote, proof.title, proof.number, proof.issuer, proof.issued, proof.published, proof.url)
        for column, value in zip(columns, values, strict=True):
            column.append(" ".join((value or "").split()))
    return ["\n".join(dict.fromkeys(value for value in column if value)) for column in columns]
