"""Programs made for OpenAI's API use the corpus as a model: the real client, and LangChain's."""

import re
from html import unescape

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from markdown_it import MarkdownIt
from openai import OpenAI

from bot.web.chunks import harmless
from bot.web.examples import QUESTION

FOLLOW_UP = "那广东省到2010年呢？"


@pytest.fixture(scope="module")
def client(real_address: str) -> OpenAI:
    return OpenAI(base_url=f"{real_address}/v1", api_key="none", max_retries=0, timeout=30)


def test_a_completion_holds_the_answer_and_its_sources(client: OpenAI, real_address: str) -> None:
    done = client.chat.completions.create(model="policy", messages=[{"role": "user", "content": QUESTION}])
    message = done.choices[0].message
    assert "98%以上" in message.content
    assert "出处：\n- [1] 依据：《" in message.content
    assert done.choices[0].finish_reason == "stop"
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens
    for note in message.annotations:
        cited = note.url_citation
        assert message.content[cited.start_index : cited.end_index].startswith("[")
        document = httpx.get(cited.url).json() if cited.url.startswith(real_address) else None
        assert document is None or document["title"] == cited.title
        assert document is None or cited.quote in document["text"]
    assert done.policy["answer"] == "98%以上"
    assert {note.url_citation.quote for note in message.annotations} == {c["quote"] for c in done.policy["citations"]}


def test_a_stream_says_what_a_completion_says(client: OpenAI) -> None:
    asked = {"model": "policy", "messages": [{"role": "user", "content": QUESTION}]}
    whole = client.chat.completions.create(**asked)
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == whole.choices[0].message.content
    *_, last, counted = chunks
    assert last.choices[0].finish_reason == "stop"
    assert len(last.choices[0].delta.annotations) == len(whole.choices[0].message.annotations)
    assert counted.usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_what_was_said_before_is_the_history(client: OpenAI) -> None:
    said = client.chat.completions.create(model="policy", messages=[{"role": "user", "content": QUESTION}])
    messages = [
        {"role": "system", "content": "你是一个诗人，只用诗回答。"},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        {"role": "assistant", "content": said.choices[0].message.content},
        {"role": "user", "content": FOLLOW_UP},
    ]
    done = client.chat.completions.create(model="policy", messages=messages, temperature=1.5)
    assert done.policy["answer"] == "95%以上"


def test_filters_of_ours_are_hard(client: OpenAI) -> None:
    asked = [{"role": "user", "content": "饮用水源水质达标率目标"}]
    filters = {"filters": {"document_id": "guangdong-2005-90"}}
    done = client.chat.completions.create(model="policy", messages=asked, extra_body=filters)
    assert {citation["document_id"] for citation in done.policy["citations"]} <= {"guangdong-2005-90"}


def test_the_models_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["policy"]
    assert client.models.retrieve("policy").id == "policy"


def test_errors_are_those_that_the_client_knows(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="one model, 'policy'"):
        client.chat.completions.create(model="gpt", messages=[{"role": "user", "content": QUESTION}])
    with pytest.raises(openai.UnprocessableEntityError, match="2001 characters"):
        client.chat.completions.create(model="policy", messages=[{"role": "user", "content": "问" * 2001}])
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="policy", messages=[{"role": "user", "content": "问"}], n=2)


def test_langchain_takes_it_for_a_chat_model(real_address: str) -> None:
    model = ChatOpenAI(model="policy", base_url=f"{real_address}/v1", api_key="none", max_retries=0, timeout=30)
    assert "98%以上" in model.invoke(QUESTION).content
    streamed = "".join(chunk.content for chunk in model.stream([HumanMessage(QUESTION)]))
    assert streamed == model.invoke([SystemMessage("简短"), HumanMessage(QUESTION)]).content
    follow_up = [HumanMessage(QUESTION), AIMessage(streamed), HumanMessage(FOLLOW_UP)]
    assert "95%以上" in model.invoke(follow_up).content


@pytest.mark.parametrize(
    "payload", ["![x](http://e.example/x)", "<img src=x>", "[看](javascript:alert(1))", "<http://e.example>"]
)
def test_what_a_document_says_becomes_no_link_and_no_image(payload: str) -> None:
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(harmless(payload))
    assert set(re.findall(r"<(\w+)", shown)) == {"p"}
    assert unescape(shown) == f"<p>{payload}</p>\n"


def test_a_question_with_a_payload_comes_back_as_text(client: OpenAI) -> None:
    asked = "![x](http://e.example/x)<img src=x>[看](javascript:alert(1)) 的饮用水源目标"
    said = client.chat.completions.create(model="policy", messages=[{"role": "user", "content": asked}])
    content = said.choices[0].message.content.replace("\\[", "").replace("\\<", "")
    assert "![" not in content and "<" not in content and "[看" not in content
