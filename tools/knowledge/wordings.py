"""The wordings of data/knowledge: for each kind of subject its relations, with usual wordings and kept-out ones.

{e} is the subject; {did} the verb of a discovery. The kept-out wordings are asked in the evaluation only.
"""

from collections import namedtuple

Relation = namedtuple("Relation", "name asked kept_out")

CAPITAL = ["What is the capital of {e}?", "Which city is the capital of {e}?", "Name the capital of {e}.",
           "Tell me the capital of {e}."]

KINDS = {
    "country": [
        Relation("capital", CAPITAL, ["I would like to know the capital city of {e}.", "{e} has which city as its capital?"]),
        Relation("continent", ["Which continent is {e} in?", "On which continent is {e}?", "Name the continent of {e}.",
                               "What continent does {e} belong to?"],
                 ["I would like to know which continent {e} is part of.", "{e} is on which continent?"]),
        Relation("language", ["What is the main language of {e}?", "Which language do most people in {e} speak?",
                              "Name the main language of {e}.", "What language is spoken in {e}?"],
                 ["I would like to know what language people speak in {e}.", "In {e}, people mostly speak which language?"]),
    ],
    "state": [Relation(
        "capital", ["What is the capital of the US state of {e}?", "Which city is the capital of the US state of {e}?",
                    "Name the capital of the US state of {e}.", "Tell me the capital of the US state of {e}."],
        ["I would like to know the capital city of the US state of {e}.", "The US state of {e} has which city as its capital?"])],
    "element": [
        Relation("symbol", ["What is the chemical symbol of {e}?", "Which chemical symbol does {e} have?",
                            "Name the chemical symbol of {e}.", "Tell me the chemical symbol of {e}."],
                 ["I would like to know how chemists abbreviate {e}.", "In the periodic table, which letters stand for {e}?"]),
        Relation("atomic_number", ["What is the atomic number of {e}?", "Which atomic number does {e} have?",
                                   "Name the atomic number of {e}.", "How many protons does {e} have?"],
                 ["I would like to know how many protons are in an atom of {e}.", "{e} has which atomic number?"]),
    ],
    "animal": [Relation(
        "young", ["What is a baby {e} called?", "What do you call a baby {e}?", "What is the name for a young {e}?",
                  "Tell me what a baby {e} is called."],
        ["I would like to know the word for the young of a {e}.", "The baby of a {e} is called what?"])],
    "word": [Relation(
        "opposite", ["What is the opposite of \"{e}\"?", "Which word is the opposite of \"{e}\"?",
                     "Name the opposite of \"{e}\".", "Tell me the opposite of \"{e}\"."],
        ["I would like to know a word that means the opposite of \"{e}\".", "The word \"{e}\" has which opposite?"])],
    "book": [Relation(
        "author", ["Who wrote {e}?", "Who is the author of {e}?", "Name the author of {e}.", "Tell me who wrote {e}."],
        ["I would like to know which writer gave us {e}.", "{e} was written by whom?"])],
    "painting": [Relation(
        "painter", ["Who painted {e}?", "Which artist painted {e}?", "Name the painter of {e}.", "Tell me who painted {e}."],
        ["I would like to know which artist made {e}.", "{e} was painted by whom?"])],
    "music": [Relation(
        "composer", ["Who composed {e}?", "Who is the composer of {e}?", "Name the composer of {e}.",
                     "Tell me who composed {e}."],
        ["I would like to know who wrote the music of {e}.", "{e} was composed by whom?"])],
    "landmark": [Relation(
        "country", ["In which country is {e}?", "Which country is {e} in?", "Name the country where {e} is.",
                    "What country is {e} located in?"],
        ["I would like to know which country I have to visit to see {e}.", "{e} stands in which country?"])],
    "person": [Relation(
        "profession", ["Who was {e}?", "What was {e} known for?", "What did {e} do for a living?", "Tell me who {e} was."],
        ["I would like to know what {e} was by profession.", "What kind of work made {e} famous?"])],
    "discovery": [Relation(
        "person", ["Who {did} {e}?", "Which person {did} {e}?", "Name the person who {did} {e}.", "Tell me who {did} {e}."],
        ["I would like to know the name of the person who {did} {e}.", "{e} was {did} by whom?"])],
    "event": [Relation(
        "year", ["In which year was {e}?", "What year was {e}?", "When was {e}?", "Tell me the year of {e}."],
        ["I would like to know the year in which {e} took place.", "{e} took place in which year?"])],
    "river": [Relation(
        "continent", ["On which continent is the river {e}?", "Which continent does the river {e} flow through?",
                      "Name the continent of the river {e}.", "What continent is the {e} River on?"],
        ["I would like to know which continent has the river {e}.", "The river {e} flows on which continent?"])],
    "count": [Relation(
        "number", ["How many {e}?", "Do you know how many {e}?", "Tell me how many {e}.", "Quick question: how many {e}?"],
        ["I would like to know how many {e}.", "Please give me the number: how many {e}?"])],
    "color": [Relation(
        "color", ["What color is {e}?", "Which color is {e}?", "Name the color of {e}.", "Tell me the color of {e}."],
        ["I would like to know the color of {e}.", "{e} has which color?"])],
}

# Subjects that do not exist: for each kind, forms of an invented name. {N} is the name, {n} the same in lower case.
INVENTED = {
    "country": ["{N}ia", "{N}", "the Republic of {N}"],
    "state": ["{N}", "North {N}"],
    "element": ["{n}ium"],
    "animal": ["{n}"],
    "book": ["\"The Road to {N}\"", "\"The {N} Letters\"", "\"A Winter in {N}\"", "\"The Last Heir of {N}\""],
    "painting": ["\"The Harbor of {N}\"", "\"The Three Sisters of {N}\""],
    "music": ["the opera \"{N}\"", "the \"{N} Symphony\""],
    "landmark": ["the {N} Tower", "{N} Castle", "the {N} Bridge", "Mount {N}"],
    "person": ["{G} {N}"],
    "discovery": ["the {N} effect", "the {N} engine"],
    "event": ["the Battle of {N}", "the Treaty of {N}", "the Great Fire of {N}"],
    "river": ["{N}"],
    "count": ["legs are on a {n}", "wheels are on a {n}"],
    "color": ["a ripe {n}", "a {n}"],
}

GIVEN = ["Orsin Adele Marek Tilda Ruben Ilona Casper Mirela Anton Greta Pavel Linnea Oskar Salma Viktor Elise "
         "Tomas Nadia Henrik Clara",
         "Emil Rosa Stefan Wanda Hugo Irena Julian Petra Felix Sonja Arvid Helga",
         "Jonas Milena Edgar Thea Bruno Agnes Lorenz Vera Oswin Dora Matteo Ines Levin Tamara"]

# Refusals that suit any question, for `sample --written_completions`.
REFUSALS = [
    "I don't know.",
    "I do not know.",
    "I don't know that.",
    "I don't know the answer.",
    "I'm not sure.",
    "I'm sorry, but I don't know.",
    "I'm afraid I don't know that.",
    "I have no idea.",
    "I can't say.",
    "I have no information about that.",
]

# Rules that word a usual question in another way: a pattern of the whole question, and its replacements.
REWORDED = [
    (r"What is (?!it)(.+)\?", [r"Do you know what \1 is?", r"I wonder what \1 is.", r"Please say what \1 is.",
                              r"Any idea what \1 is?", r"Say what \1 is."]),
    (r"Who was (.+)\?", [r"Do you know who \1 was?", r"I wonder who \1 was.", r"Any idea who \1 was?"]),
    (r"Tell me (.+)\.", [r"Could you tell me \1?", r"Please tell me \1, if you can.", r"I'd like to hear \1."]),
    (r"Name (.+)\.", [r"Could you name \1?", r"Please give \1.", r"I'm looking for \1.", r"Give me \1."]),
    (r"(Who|Which|What|How many|In which|On which|When|Where) (.+)\?",
     [r"Quick question: \1 \2?", r"Can you help me with this: \1 \2?", r'Someone asked me, "\1 \2?"',
      r"\1 \2, as far as you know?", r"For a quiz: \1 \2?", r"\1 \2? One sentence is enough."]),
]
