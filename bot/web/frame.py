"""The fixed parts of the chat page as HTML: masthead, what page.js adds to it, and the line that says what the corpus holds."""

from bot.feedback import DAYS, MAX_COMMENT
from bot.web import texts
from bot.web.ready import Census
from bot.web.sources import day

CONVERSATIONS = 50  # that a browser keeps


def masthead_html() -> str:
    """Return title and what the page is for, after a link that leads past them."""
    return (
        f'<a class="skip" href="#question">{texts.TO_BOX}</a>'
        f'<div class="masthead"><h1>{texts.TITLE}</h1><p>{texts.SUBTITLE}</p></div>'
    )


def added_html() -> str:
    """Return what page.js puts on the page: Gradio would take labels and dialogs for dangerous, or need ``eval`` for them."""
    beside = (
        f'<section id="beside" aria-label="{texts.SOURCES_BESIDE}"><h2>{texts.SOURCES_BESIDE}</h2>'
        f'<div id="beside-sources"><p class="hint">{texts.SOURCES_NONE}</p></div></section>'
    )
    filters = "".join(
        f'<label><span>{label}</span><select id="filter-{name}" name="{name}"><option value="">{texts.ANY[name]}</option></select></label>'
        for name, label in texts.FILTERS.items()
    )
    limits = f'<div id="filter-lists" role="group" aria-label="{texts.FILTERED}">{filters}</div>'
    live = '<div id="live" class="unseen" role="status" aria-live="polite"></div>'
    return f"{live}{_judge_html()}{_history_html()}{beside}{limits}"


def corpus_line(census: Census | None) -> str:
    """Return the line that says how answers are made and what the corpus holds; empty while that is unknown."""
    if census is None:
        return ""
    first, last = census.first and day(census.first), census.last and day(census.last)
    if not first:
        dates = texts.CORPUS_NO_DATES
    elif first == last:
        dates = texts.CORPUS_ONE_DATE.format(first=first)
    else:
        dates = texts.CORPUS_DATES.format(first=first, last=last)
    return texts.CORPUS.format(documents=census.documents, dates=dates)


def _judge_html() -> str:
    reasons = "".join(
        f'<label><input type="checkbox" name="reason" value="{code}">{name}</label>'
        for code, name in texts.REASONS.items()
    )
    return (
        '<dialog id="judge" aria-labelledby="judge-title"><form method="dialog">'
        f'<h2 id="judge-title">{texts.JUDGE_TITLE}</h2>'
        f'<fieldset class="reasons"><legend class="unseen">{texts.JUDGE_TITLE}</legend>{reasons}</fieldset>'
        f'<label class="comment">{texts.JUDGE_COMMENT}<textarea name="comment" rows="3" maxlength="{MAX_COMMENT}"></textarea></label>'
        f'<p class="hint">{texts.JUDGE_PRIVACY.format(days=DAYS)}</p>'
        f'<div class="dialog-buttons"><button type="button" class="close">{texts.CLOSE}</button>'
        f'<button type="submit" class="primary">{texts.JUDGE_SEND}</button></div></form></dialog>'
    )


def _history_html() -> str:
    return (
        '<dialog id="history" aria-labelledby="history-title">'
        f'<div class="dialog-head"><h2 id="history-title">{texts.HISTORY_TITLE}</h2>'
        f'<button type="button" class="close">{texts.CLOSE}</button></div>'
        f'<p class="hint">{texts.HISTORY_HINT.format(most=CONVERSATIONS)}</p>'
        f'<ul class="conversations"></ul>'
        f'<button type="button" class="delete-all">{texts.HISTORY_DELETE_ALL}</button></dialog>'
    )
