"""Writes the golden renderings of chat templates: the output of transformers and jinja2 for the templates of this project.

    python tools/templates/golden.py            (from anywhere; writes src/test/resources/golden/templates)

Templates are golden/templates/*.jinja, conversations are conversations.json beside them, expressions are
tools/templates/expressions.txt, one a line. Written are renderings.json (every template with every conversation of
its kind) and expressions.json. Needs transformers==4.57.6 and jinja2==3.1.6; other versions are refused, since the
point is to be equal to these.

Positions are in UTF-16 units, as Java counts, not in code points, as Python does.
"""

import copy
import datetime
import json
import pathlib
import sys

import jinja2
import transformers
from transformers.utils import chat_template_utils as utils

VERSIONS = {"jinja2": "3.1.6", "transformers": "4.57.6"}
ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "src/test/resources/golden/templates"
NOW = datetime.datetime(2025, 3, 7, 9, 5, 4)

VARIABLES = {
    "text": "  The Keeper's lamp\n", "name": "ada", "empty": "", "emoji": "a\U0001F600b\u00e9\u4e16", "html": "<a href=\"x\">&</a>",
    "n": 7, "zero": 0, "neg": -3, "x": 2.5, "big": 123456789012, "tiny": 1e-07, "yes": True, "no": False, "nothing": None,
    "list": [3, 1, 2], "words": ["pear", "Apple", "fig", "apple"], "nested": [[1, 2], [3, [4, "five"]]], "none_list": [None, True, 1.0],
    "d": {"b": 1, "a": "two", "items": "mine", "C": None}, "deep": {"x": {"y": [{"z": "found"}]}}, "empty_list": [], "empty_dict": {},
    "people": [{"name": "Bo", "age": 41, "tags": ["x"]}, {"name": "al", "age": 7}, {"name": "Cy", "age": 41, "tags": []}],
    "tool": {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string", "description": "caf\u00e9 \"q\" <b>\n"}}, "required": ["a"]}}},
}


class Frozen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def units(text, position):
    """Converts a position in code points to one in UTF-16 units."""
    return len(text[:position].encode("utf-16-le")) // 2


def failure(error):
    """Jinja's own errors with their messages; Python's without, because the Java messages differ."""
    if type(error) in (jinja2.TemplateError, jinja2.UndefinedError, jinja2.exceptions.SecurityError):
        return {"error": type(error).__name__, "message": str(error)}
    return {"error": type(error).__name__}


def render(source, variables):
    """Text and spans of one conversation, or the error."""
    given = copy.deepcopy(variables)  # |indent of a list appends to that list
    try:
        texts, spans = utils.render_jinja_template(
            conversations=[given.pop("messages")], tools=given.pop("tools", None), documents=given.pop("documents", None),
            chat_template=source, return_assistant_tokens_mask=True,
            add_generation_prompt=given.pop("add_generation_prompt", False), **given)
    except Exception as error:  # whatever Python says is the golden answer
        return failure(error)
    text = texts[0]
    return {"text": text, "spans": [[units(text, start), units(text, end)] for start, end in spans[0]]}


def expression(source):
    try:
        return {"text": utils._compile_jinja_template(source).render(**copy.deepcopy(VARIABLES))}
    except Exception as error:  # as above
        return failure(error)


def check_versions():
    found = {"jinja2": jinja2.__version__, "transformers": transformers.__version__}
    if found != VERSIONS:
        sys.exit(f"needs {VERSIONS}, found {found}")
    utils.datetime = Frozen


def write(path, header, rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f'{json.dumps(header, ensure_ascii=False)[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    failed = sum("error" in row for row in rows)
    print(f"{path.relative_to(ROOT)}: {len(rows)} cases, {failed} of them errors")


def main():
    check_versions()
    conversations = json.loads((GOLDEN / "conversations.json").read_text(encoding="utf-8"))
    rows = []
    for path in sorted(GOLDEN.glob("*.jinja")):
        source = path.read_text(encoding="utf-8")
        for name, variables in conversations.items():
            only = variables.get("only")
            if only is None or path.stem in only:
                given = {key: value for key, value in variables.items() if key != "only"}
                rows.append({"template": path.name, "conversation": name, **render(source, given)})
    write(GOLDEN / "renderings.json", {"versions": VERSIONS, "now": NOW.isoformat()}, rows)
    lines = (ROOT / "tools/templates/expressions.txt").read_text(encoding="utf-8").splitlines()
    sources = [line for line in lines if line and not line.startswith("## ")]
    write(GOLDEN / "expressions.json", {"versions": VERSIONS, "now": NOW.isoformat(), "variables": VARIABLES},
          [{"source": source, **expression(source)} for source in sources])


if __name__ == "__main__":
    main()
