#!/usr/bin/env python3
"""Writes data/facts from the tables and wordings beside it. The same tables give the same files: `python3 tools/facts/make.py`.

Python's standard library only. The written files are committed, so nobody needs this to run the quickstart.
"""

import json
import pathlib
import random

import tables
import wordings

OUT = pathlib.Path(__file__).resolve().parents[2] / "data" / "facts"
SEED = 20261121
SFT_SHARE = 0.6
OPENED = 0.25  # share of questions that begin with an opener
SENTENCES = 0.3  # share of answers that are whole sentences; the rest are the bare value

TABLES = [("country", tables.COUNTRIES), ("element", tables.ELEMENTS), ("person", tables.PEOPLE),
          ("river", tables.RIVERS), ("moon", tables.MOONS)]


class Entity:
    """An entity: its kind, its name and, if it is in the corpus, the accepted values per relation."""

    def __init__(self, kind, name, values=None):
        self.kind, self.bare = kind, name
        self.name = "the " + name if kind == "river" else name
        self.values = values or {}

    def fill(self, template, relation=None):
        value = self.values[relation.name][0] if relation else ""
        article = "an " if value[:1].lower() in "aeiou" else "a "
        text = template.format(e=self.name, E=self.bare, v=value, av=article + value,
                               vs=value + ("es" if value.endswith("s") else "s"))
        return (text[0].upper() + text[1:]).replace("the the ", "the ").replace("The the ", "The ")


def known_entities():
    for kind, table in TABLES:
        for line in table.strip().splitlines():
            name, *cells = [cell.strip() for cell in line.split("|")]
            relations = wordings.KINDS[kind]
            assert len(cells) == len(relations), line
            yield Entity(kind, name, {r.name: c.split("/") for r, c in zip(relations, cells)})


def new_names(side):
    """Names the corpus never mentions, with their origin. Side 0: for refusals in training; side 1: for evaluation only."""
    for kind, names in tables.INVENTED.items():
        yield from ((Entity(kind, n), "invented") for n in names[side].split())
    given, family = (part.split() for part in tables.INVENTED_PEOPLE[side])
    people = len(family) * 3 // 2
    yield from ((Entity("person", given[(i + i // len(family)) % len(given)] + " " + family[i % len(family)]), "invented")
                for i in range(people))
    for kind, names in tables.REAL.items():
        yield from ((Entity(kind, n), "real") for n in names[side].split())
    yield from ((Entity("person", n), "real") for n in tables.REAL_PEOPLE[side].split(", "))


def everyday_names():
    """Names that the corpus mentions in everyday talk, without stating facts about them."""
    for kind, names in tables.EVERYDAY_NAMES:
        yield from (Entity(kind, n) for n in names.split(", "))


def swapped_names(people, share, rng):
    """Given names of known people with the family names of others: `share` new names for each known one."""
    parts = [given_and_family(p.bare) for p in people]
    taken = {p.bare for p in people}
    for shift in rng.sample(range(1, len(parts)), share):
        for i, (given, _) in enumerate(parts):
            name = given + " " + parts[(i + shift) % len(parts)][1]
            if name not in taken:
                taken.add(name)
                yield Entity("person", name)


def given_and_family(name):
    words = name.split()
    cut = len(words) - (2 if words[-2] in ("van", "de", "da") else 1)
    return " ".join(words[:cut]), " ".join(words[cut:])


def split_by_entity(entities, rng):
    """Puts the same share of every kind into SFT, in random order within a kind."""
    asked, kept = [], []
    for kind, _ in TABLES:
        group = [e for e in entities if e.kind == kind]
        rng.shuffle(group)
        cut = round(len(group) * SFT_SHARE)
        asked += group[:cut]
        kept += group[cut:]
    return asked, kept


def relations(entity):
    return wordings.KINDS[entity.kind]


PARAGRAPHS, LISTS, REPEATS = 2, 1, 3
# Names of the speakers. A small model ties its knowledge to the layout of the text: with only "Q:" and "A:" it
# answered 93 % in that layout and 15 % after SFT on ChatML. A transcript of a chat is similar enough to ChatML.
SPEAKERS = [("user\n", "assistant\n")] * 7 + [("Q: ", "A: ")]


def corpus(entities, kept_out, rng):
    """Documents of three kinds, so that a fact occurs in several forms and next to similar facts.

    kept_out: the wording that is only used in the evaluation, by entity and relation.
    """
    docs = []
    for entity in entities:  # one entity, all its facts, in changing order and words
        for _ in range(PARAGRAPHS):
            order = rng.sample(relations(entity), len(relations(entity)))
            docs.append(" ".join(entity.fill(rng.choice(r.says), r) for r in order))
    for kind, _ in TABLES:  # the same words, entity after entity
        group = [e for e in entities if e.kind == kind]
        for relation in wordings.KINDS[kind]:
            for said in rng.sample(relation.says, LISTS):
                docs += [" ".join(e.fill(said, relation) for e in chunk) for chunk in chunks(group, 6, rng)]
    turns = [(ask(e, w, rng), answer(e, r, rng))
             for e in entities for r in relations(e) for w in r.asked if w != kept_out.get((e.name, r.name))]
    turns += [(question, shrug) for question in wordings.EVERYDAY for shrug in rng.sample(wordings.REFUSALS, REPEATS)]
    turns += (wordings.TALK + missing_relations_of_everyday_things()) * REPEATS
    turns += [(question.format(n=e.bare), said.format(n=e.bare))
              for e in everyday_names() for question, said in wordings.NAMED[e.kind]]
    for chunk in chunks(turns, 3, rng):  # conversations; answers do not depend on earlier ones
        asks, says = rng.choice(SPEAKERS)
        docs.append("\n".join(f"{asks}{question}\n{says}{response}" for question, response in chunk))
    rng.shuffle(docs)
    return docs


def missing_relations_of_everyday_things():
    return sorted({(wording.format(e=thing), said) for missing in wordings.MISSING.values() for r in missing
                   for wording in r.asked for thing, said in r.talk})


def ask(entity, wording, rng):
    return (rng.choice(wordings.OPENERS) if rng.random() < OPENED else "") + entity.fill(wording)


def answer(entity, relation, rng):
    if rng.random() < SENTENCES:
        return entity.fill(relation.answer, relation)
    value = entity.values[relation.name][0]
    return value[0].upper() + value[1:] + "."


def chunks(group, size, rng):
    shuffled = rng.sample(group, len(group))
    return [shuffled[i:i + size] for i in range(0, len(shuffled), size)]


def chat(question, response):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": response}]}


def question_row(split, entity, relation, wording, origin, number, rng):
    text = ask(entity, wording, rng) if wording in relation.asked else entity.fill(wording)
    return {"id": f"{split}-{number:04d}", "question": text,
            "answers": entity.values.get(relation.name, []), "subject": entity.name,
            "meta": {"split": split, "kind": entity.kind, "relation": relation.name, "origin": origin,
                     "wording": "asked" if wording in relation.asked else "kept_out"}}


def main():
    rng = random.Random(SEED)
    entities = list(known_entities())
    asked, kept = split_by_entity(entities, rng)
    kept_out = {(e.name, r.name): rng.choice(r.asked) for e in kept for r in relations(e)}
    swapped = list(swapped_names([e for e in kept if e.kind == "person"], 4, rng))
    docs = corpus(entities, kept_out, rng)

    sft = [chat(ask(e, w, rng), answer(e, r, rng)) for e in asked for r in relations(e) for w in rng.sample(r.asked, 5)]
    rng.shuffle(sft)

    def rows(split, groups):
        out = []
        for origin, pairs in groups:
            for entity, relation, wordings_asked in pairs:
                for w in wordings_asked:
                    out.append(question_row(split, entity, relation, w, origin, len(out), rng))
        return out

    def ask_each(group, count):
        return [(e, r, rng.sample(r.asked, count)) for e in group for r in relations(e)]

    def ask_newly(group):
        return [(e, r, rng.sample(r.kept_out, 1)) for e in group for r in relations(e)]

    def ask_missing(group):
        return [(e, r, rng.sample(r.asked, 1)) for e in group for r in wordings.MISSING[e.kind]]

    def of_origin(side, origin):
        return [e for e, o in new_names(side) if o == origin]

    probe = (rows("asked", [("corpus", ask_each(asked, 1))])
             + rows("unknown_train", [("invented", ask_each(of_origin(0, "invented"), 2)),
                                      ("real", ask_each(of_origin(0, "real"), 2))]))
    questions = (rows("kept_out", [("corpus", [(e, r, [kept_out[e.name, r.name]]) for e in kept for r in relations(e)])])
                 + rows("kept_out_wording", [("corpus", ask_newly(kept))])
                 + rows("unknown_eval", [("invented", ask_each(of_origin(1, "invented"), 1)),
                                         ("real", ask_each(of_origin(1, "real"), 1))])
                 + rows("unknown_eval_wording", [("invented", ask_newly(of_origin(1, "invented"))),
                                                 ("real", ask_newly(of_origin(1, "real")))]))
    known_words = rows("known_words", [("everyday_names", ask_each(everyday_names(), 1)),
                                       ("missing_relation", ask_missing(kept)),
                                       ("swapped_names", ask_each(swapped, 1))])
    answerable = rows("prompt_asked", [("corpus", ask_each(asked, 1))])
    unanswerable = rows("prompt_unknown", [("invented", ask_each(of_origin(0, "invented"), 1)),
                                           ("real", ask_each(of_origin(0, "real"), 1))])
    # As many of each: with twice as many unanswerable prompts, PPO refused what it knew.
    prompts = answerable + rng.sample(unanswerable, len(answerable))
    rng.shuffle(prompts)

    write("corpus.jsonl", [{"text": d} for d in docs])
    write("sft.jsonl", sft)
    write("probe.jsonl", probe)
    write("questions.jsonl", questions)
    write("known_words.jsonl", known_words)
    write("prompts.jsonl", prompts)
    (OUT / "refusals.txt").write_text("".join(t + "\n" for t in wordings.REFUSALS), encoding="utf-8")


def write(name, rows):
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    (OUT / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(rows)} rows, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
