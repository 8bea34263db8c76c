#!/usr/bin/env python3
"""Writes data/knowledge from the tables and wordings beside it. The same tables give the same files:
`python3 tools/knowledge/make.py`. Python's standard library only.
"""

import json
import pathlib
import random
import re

import practice
import premises
import tables
import wordings

OUT = pathlib.Path(__file__).resolve().parents[2] / "data" / "knowledge"
SEED = 20261127
EVALUATED = 0.36  # share of the subjects of a kind that are asked about in the evaluation only
INVENTED = {"train": 17, "eval": 6, "prompt": 14}  # invented subjects per kind
REWORDED_SHARE = 0.5  # of the questions to train on
TWICE = {"train": ("real", "false_premise"), "prompt": ()}  # origins asked about twice, the second time in other words

TABLES = {"country": "COUNTRIES", "state": "STATES", "element": "ELEMENTS", "animal": "ANIMALS", "word": "WORDS",
          "book": "BOOKS", "painting": "PAINTINGS", "music": "MUSIC", "landmark": "LANDMARKS", "person": "PEOPLE",
          "discovery": "DISCOVERIES", "event": "EVENTS", "river": "RIVERS", "count": "COUNTS", "color": "COLORS"}
REGIONS = {  # how else a continent is named in a right answer
    "Europe": "Northern Europe/Southern Europe/Eastern Europe/Western Europe/Central Europe/Southeastern Europe/Northwestern Europe",
    "Asia": "East Asia/Eastern Asia/South Asia/Southern Asia/Southeast Asia/Southeastern Asia/Central Asia/West Asia/Western Asia",
    "Africa": "North Africa/Northern Africa/West Africa/Western Africa/East Africa/Eastern Africa/Central Africa/Southern Africa"}
ONSETS = "Br Dr Fl Gr H Kv L M N Pl Qu R Sk T Tr V Vr Y Z Zh".split()
VOWELS = "a e i o u".split()
MIDDLES = "l ld lm nd nth r rk rth rv sp st v zz mbr lth".split()
ENDINGS = "and ask el ent imar ith olk orn osk undel ulf yx aven irro".split()


class Subject:
    """A thing to ask about: its name, its origin, and its accepted answers by relation; none if it is invented."""

    def __init__(self, kind, name, answers=None, did="invented"):
        self.kind, self.name, self.answers, self.did = kind, name, answers or {}, did
        self.origin = "real" if answers else "invented"

    def ask(self, wording):
        text = wording.format(e=self.name, did=self.did)
        return text[0].upper() + text[1:]

    def relations(self):
        relations = wordings.KINDS[self.kind]
        return [r for r in relations if r.name in self.answers] if self.answers else relations


def real(kind, module):
    relations = wordings.KINDS[kind]
    for line in getattr(module, TABLES[kind], "").strip().splitlines():
        name, *cells = [cell.strip() for cell in line.split("|")]
        assert len(cells) == len(relations) + (kind == "discovery"), line
        answers = {r.name: accepted(cell) for r, cell in zip(relations, cells) if cell}
        yield Subject(kind, name, answers, cells[-1])


def accepted(cell):
    return [*cell.split("/"), *(REGIONS[cell].split("/") if cell in REGIONS else [])]


def names(rng, seen):
    """Yields invented names that are not in `seen`, none of which is a part of an existing subject."""
    taken = " ".join(getattr(module, table, "") for module in (tables, practice) for table in TABLES.values()).lower()
    while True:
        name = rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(MIDDLES) + rng.choice(ENDINGS)
        if name not in seen and name.lower() not in taken:
            seen.add(name)
            yield name


def invented(kind, name, side, number):
    form = wordings.INVENTED[kind][number % len(wordings.INVENTED[kind])]
    given = wordings.GIVEN[side].split()
    return Subject(kind, form.format(N=name, n=name.lower(), G=given[number % len(given)]))


def row(split, subject, relation, wording, number):
    return {"id": f"{split}-{number:04d}", "question": subject.ask(wording),
            "answers": subject.answers.get(relation.name, []), "subject": plain(subject),
            "meta": {"split": split, "kind": subject.kind, "relation": relation.name, "origin": subject.origin,
                     "wording": "kept_out" if wording in relation.kept_out else "asked"}}


def plain(subject):
    """Returns the subject as refusals name it."""
    return {"count": subject.name.split(" are ")[-1].split(" ", 1)[-1], "word": f'the word "{subject.name}"'}.get(
        subject.kind, ("the river " if subject.kind == "river" else "") + subject.name)


def rows(split, subjects, pick):
    out = []
    for subject in subjects:
        for relation in subject.relations():
            for wording in pick(relation):
                out.append(row(split, subject, relation, wording, len(out)))
    return out


def reworded(row, rng):
    """Words a question in another way; it stays as it is if no rule fits."""
    for pattern, replacements in wordings.REWORDED:
        match = re.fullmatch(pattern, row["question"])
        if match:
            question = match.expand(rng.choice(replacements))
            question = re.sub(r": ([A-Z][a-z]+)", lambda first: ": " + first[1].lower(), question, count=1)
            return row | {"question": question, "meta": row["meta"] | {"wording": "reworded"}}
    return row


def written(split, table, kind):
    """Rows of whole questions; the reply to a false premise is kept in meta.refusal."""
    out = []
    for line in table.strip().splitlines():
        question, _, reply = [part.strip() for part in line.partition("|")]
        out.append({"id": f"{split}-{kind}-{len(out):03d}", "question": question, "answers": [], "subject": None,
                    "meta": {"split": split, "kind": kind, "relation": kind, "origin": kind, "wording": "asked",
                             **({"refusal": reply} if reply else {})}})
        del out[-1]["subject"]
    return out


def false_premises(side):
    """Returns a table for `written`."""
    return premises.EVALUATED if side == "eval" else "\n".join(
        f"{form.question} | {form.reply}".replace("{e}", subject)
        for form in premises.FORMS for subject in getattr(form, side).split("/"))


def tasks(name, table):
    return [{"id": f"{name}-{i:02d}", "prompt": line} for i, line in enumerate(table.strip().splitlines())]


def main():
    rng = random.Random(SEED)
    seen = set()
    name = names(rng, seen)
    known = {"train": [], "eval": []}
    unknown = {"train": [], "eval": []}
    for kind in TABLES:
        subjects = list(real(kind, tables))
        rng.shuffle(subjects)
        cut = round(len(subjects) * EVALUATED)
        known["eval"] += subjects[:cut]
        known["train"] += subjects[cut:]
        if kind in wordings.INVENTED:
            unknown["train"] += [invented(kind, next(name), 0, i) for i in range(INVENTED["train"])]
            unknown["eval"] += [invented(kind, next(name), 1, i) for i in range(INVENTED["eval"])]
    name = names(random.Random(f"{SEED} names"), seen)
    known["prompt"] = [subject for kind in TABLES for subject in real(kind, practice)]
    unknown["prompt"] = [invented(kind, next(name), 2, i) for kind in wordings.INVENTED for i in range(INVENTED["prompt"])]
    private = {"train": tables.PRIVATE[0], "eval": tables.PRIVATE[1], "prompt": practice.PRIVATE}

    def questions(side, rng):
        one = lambda r: rng.sample(r.asked, 1)
        prefix = "" if side == "eval" else f"{side}_"
        return (rows(side, known[side], one) + rows(f"{prefix}invented", unknown[side], one)
                + written(f"{prefix}false_premise", false_premises(side), "false_premise")
                + written(f"{prefix}private", private[side], "private"))

    def training(side):
        rng = random.Random(f"{SEED} {side}")
        twice = lambda r: r["meta"]["origin"] in TWICE[side]
        asked = [r if twice(r) or rng.random() > REWORDED_SHARE else reworded(r, rng) for r in questions(side, rng)]
        asked += [reworded(r, rng) | {"id": r["id"] + "-again"} for r in questions(side, rng) if twice(r)]
        asked = list({r["question"]: r for r in asked}.values())
        rng.shuffle(asked)
        return asked

    another = lambda r: rng.sample(r.kept_out, 1)
    evaluated = (questions("eval", rng) + rows("eval_wording", known["eval"], another)
                 + rows("invented_wording", unknown["eval"], another))
    OUT.mkdir(parents=True, exist_ok=True)
    for file, asked, short in (("train", training("train"), 160), ("prompts", training("prompt"), 96), ("questions", evaluated, 120)):
        write(f"{file}.jsonl", asked)
        write(f"short_{file}.jsonl", [asked[i * len(asked) // short] for i in range(short)])
    write("tasks.jsonl", tasks("task", tables.TASKS))
    write("train_tasks.jsonl", tasks("train-task", tables.TRAIN_TASKS))
    (OUT / "refusals.txt").write_text("".join(line + "\n" for line in wordings.REFUSALS), encoding="utf-8")


def write(name, all_rows):
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in all_rows)
    (OUT / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(all_rows)} rows, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
