"""What every door over HTTP holds: the chatbot that is ready or in the making, the settings, what people think of answers."""

from dataclasses import dataclass, field

from bot.answer import Answer
from bot.feedback import Feedback
from bot.settings import Settings
from bot.web.ready import Preparation
from bot.web.stream import Closing


@dataclass(frozen=True)
class Doors:
    """The one set of parts that page, API and widget share."""

    preparation: Preparation
    settings: Settings
    feedback: Feedback
    closing: Closing = field(default_factory=Closing)

    def given(self, answer: Answer) -> Answer:
        """Return an answer that goes out through one of the doors, and let it be judged."""
        self.feedback.remember(answer)
        return answer
