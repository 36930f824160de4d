"""Answer what a question for a document's identity asks besides: 转发的是谁的意见，要求结合哪份文件？"""

import re
from dataclasses import replace

from bot.answerers.facts import answer_fact, facts, pool
from bot.answerers.metadata import together
from bot.answerers.sentences import answer_sentence
from bot.asked import read
from bot.inquiry import Draft, Inquiry
from bot.matching import weigh
from bot.understand import asks, understand
from corpus.document import Document


def with_rest(inquiry: Inquiry, draft: Draft, document: Document) -> Draft:
    """Return ``draft`` with the answer to the clause that asks for no identity field; unchanged where none does or is answered.

    ``document`` is the one that ``draft`` is about, and that the rest is asked of.
    """
    clauses = [c for c in re.split(r"[,。;!?:\n]+", inquiry.understood.folded) if asks(c)]
    rest = [c for c in clauses if not understand(c).fields]
    if len(clauses) < 2 or not rest:
        return draft
    frequencies = inquiry.snapshot.index.frequencies
    u = understand(rest[-1])
    part = replace(inquiry, understood=u, terms=weigh(u.content, frequencies), asked=read(rest[-1], (), frequencies))
    own = [f for f in pool(part) if f.document.id == document.id]
    found = answer_sentence(part, own) or answer_fact(part, facts(part, own))
    return together([draft, found]) if found else draft
