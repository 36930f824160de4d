"""The real chatbot over the real policy documents, with the built-in encoder; made once for all tests of the bot."""

from pathlib import Path

import pytest

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

POLICIES = Path(__file__).parents[2] / "corpus" / "policies"


@pytest.fixture(scope="session")
def real_chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    return start(Settings(home=tmp_path_factory.mktemp("home"), corpus=POLICIES))


@pytest.fixture(scope="session")
def chatbot(real_chatbot: Chatbot) -> Chatbot:
    return real_chatbot
