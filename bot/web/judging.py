"""Keep what a person on the chat page thinks of an answer, and say in a line what became of it."""

from bot.feedback import MAX_COMMENT, Feedback, FeedbackError, NotKept, UnknownAnswer, Verdict
from bot.web import texts


def judged(feedback: Feedback, said: object) -> str:
    """Return the line that is shown for a judgement as the browser says it; untrusted."""
    given = said if isinstance(said, dict) else {}
    reasons, comment = given.get("reasons"), given.get("comment")
    try:
        verdict = Verdict(
            given.get("liked") is True,
            tuple(str(reason) for reason in reasons) if isinstance(reasons, list) else (),
            comment if isinstance(comment, str) else "",
        )
        feedback.keep(str(given.get("answer_id")), verdict)
    except UnknownAnswer:
        return texts.JUDGE_GONE
    except FeedbackError:
        return texts.JUDGE_WRONG.format(most=MAX_COMMENT)
    except NotKept:
        return texts.JUDGE_NOT_KEPT
    return texts.JUDGE_THANKS
