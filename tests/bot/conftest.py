"""The real chatbot over the real policy documents, with the built-in encoder; made once for all tests of the bot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chatbot import Chatbot
from bot.generation import Generation
from bot.model.chat_model import ChatModel
from bot.settings import Settings
from bot.start import start
from eval.endpoint import Endpoint, serving

POLICIES = Path(__file__).parents[2] / "corpus" / "policies"


@pytest.fixture(scope="session")
def real_chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    return start(Settings(home=tmp_path_factory.mktemp("home"), corpus=POLICIES))


@pytest.fixture(scope="session")
def chatbot(real_chatbot: Chatbot) -> Chatbot:
    return real_chatbot


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    """A chat endpoint that does as it is told."""
    with serving() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def writer(real_chatbot: Chatbot, endpoint: Endpoint) -> Chatbot:
    """The same chatbot with a chat model behind that endpoint."""
    model = ChatModel("openai:stub", endpoint.address, "sk-secret", timeout=60)
    return Chatbot(real_chatbot.index, generation=Generation(model))
