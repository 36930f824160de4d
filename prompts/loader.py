"""Fill in a prompt by its name. Knows nothing of what prompts are for."""

from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent


class PromptError(LookupError):
    """A prompt that does not exist, or a value that it needs and was not given; the message names it."""


def names() -> list[str]:
    """Return the names of all prompts."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def variables(name: str) -> frozenset[str]:
    """Return what a prompt must be given."""
    return frozenset(_template(name).get_identifiers())


def prompt(name: str, **values: str) -> str:
    """Return the prompt with its ``$variables`` filled in; a value is text and never read for variables itself."""
    needed = variables(name)
    if wrong := needed ^ values.keys():
        raise PromptError(
            f"Prompt '{name}' takes {', '.join(sorted(needed)) or 'nothing'}; wrong: {', '.join(sorted(wrong))}."
        )
    return _template(name).substitute(values)


@cache
def _template(name: str) -> Template:
    path = FOLDER / f"{name}.txt"
    if not path.is_file():
        raise PromptError(f"There is no prompt '{name}'. Known: {', '.join(names())}.")
    return Template(path.read_text(encoding="utf-8").strip())
