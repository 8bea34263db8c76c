"""Compares the renderings of real chat templates in a folder with those of transformers, on the golden conversations.

    python tools/templates/compare.py FOLDER...

Takes *.jinja files, and tokenizer_config.json files with a chat_template in them, at any depth. Says of each template
how many conversations came out equal (errors count as equal if both have one, and raise_exception's words must be the
same) and shows the first that did not. Needs what golden.py needs, JDK 25 as `java`, and a built checkout
(target/classes, target/lib). Fetched templates belong in a folder outside of the repository.
"""

import json
import pathlib
import subprocess
import sys

import golden


def templates(folders):
    """Name and source of each template."""
    for folder in map(pathlib.Path, folders):
        for path in sorted(folder.rglob("*.jinja")):
            yield str(path.relative_to(folder)), path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("tokenizer_config.json")):
            found = json.loads(path.read_text(encoding="utf-8")).get("chat_template")
            several = found if isinstance(found, list) else [{"name": "default", "template": found}] if found else []
            for one in several:
                yield f"{path.relative_to(folder)}#{one['name']}", one["template"]


def request(name, source, variables):
    """Adds the three variables that transformers always passes."""
    given = {"tools": None, "documents": None, "add_generation_prompt": False, **variables}
    return json.dumps({"name": name, "source": source, "variables": given, "now": golden.NOW.isoformat()})


def same(theirs, ours):
    if "text" in theirs:
        return theirs["text"] == ours.get("text") and theirs["spans"] == ours["spans"]
    return "error" in ours and ours["error"].endswith(theirs.get("message", ""))


def main():
    golden.check_versions()
    conversations = json.loads((golden.GOLDEN / "conversations.json").read_text(encoding="utf-8"))
    found = list(templates(sys.argv[1:]))
    requests = [request(name, source, given) for name, source in found for given in conversations.values()]
    classpath = f"{golden.ROOT}/target/classes:{golden.ROOT}/target/lib/*"
    answers = iter(subprocess.run(
        ["java", "-cp", classpath, f"{golden.ROOT}/tools/templates/Render.java"],
        input="\n".join(requests), check=True, capture_output=True, text=True, encoding="utf-8").stdout.splitlines())
    equal = 0
    for name, source in found:
        wrong = []
        texts = 0
        for title, given in conversations.items():
            theirs, ours = golden.render(source, given), json.loads(next(answers))
            texts += "text" in theirs
            if not same(theirs, ours):
                wrong.append((title, theirs, ours))
        equal += not wrong
        print(f"{'ok   ' if not wrong else 'WRONG'} {name}: {len(conversations) - len(wrong)} of {len(conversations)} equal, {texts} of them texts")
        if wrong:
            title, theirs, ours = wrong[0]
            print(f"    {title}\n    theirs {json.dumps(theirs, ensure_ascii=False)[:600]}\n    ours   {json.dumps(ours, ensure_ascii=False)[:600]}")
    print(f"{equal} of {len(found)} templates equal")


if __name__ == "__main__":
    main()
