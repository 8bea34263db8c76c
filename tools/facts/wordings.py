"""The wordings of the facts: for each kind of entity, statements for the corpus, answers, and questions.

{e} is the entity, {v} the value, {av} the value with "a" or "an", {vs} its plural. ASKED wordings are what SFT, prompts and the corpus's
question lists use; KEPT_OUT wordings are questions found nowhere but in the evaluation.

MISSING are relations that the corpus does not state for any entity. NAMED is everyday talk that mentions names without stating facts
about them.
"""

from collections import namedtuple

Relation = namedtuple("Relation", "name says answer asked kept_out")

KINDS = {
    "country": [
        Relation(
            "capital",
            ["The capital of {e} is {v}.", "{v} is the capital of {e}.", "{v} is the capital city of {e}.",
             "The capital city of {e} is {v}.", "{e} has its capital in {v}.", "In {e}, the capital is {v}."],
            "The capital of {e} is {v}.",
            ["What is the capital of {e}?", "What is the capital city of {e}?", "Which city is the capital of {e}?",
             "Name the capital of {e}.", "What city is the capital of {e}?", "Tell me the capital of {e}.",
             "Do you know the capital of {e}?", "Which city does {e} have as its capital?"],
            ["Can you say what the capital city of {e} is called?", "What is the name of the capital in {e}?",
             "I need the name of the capital of {e}."]),
        Relation(
            "continent",
            ["{e} lies in {v}.", "{e} is a country in {v}.", "{e} is on the continent of {v}.",
             "The continent of {e} is {v}.", "{e} belongs to the continent of {v}.", "{v} is the continent of {e}."],
            "The continent of {e} is {v}.",
            ["Which continent is {e} in?", "On which continent does {e} lie?", "What continent does {e} belong to?",
             "Name the continent of {e}.", "Where in the world is {e}?", "Tell me the continent of {e}.",
             "Do you know which continent {e} is on?", "In what continent is {e}?"],
            ["Can you say what continent {e} lies in?", "What is the continent of {e} called?",
             "I need the continent that {e} is on."]),
        Relation(
            "currency",
            ["The currency of {e} is the {v}.", "People in {e} pay with the {v}.", "{e} uses the {v} as its currency.",
             "The money of {e} is the {v}.", "In {e}, the currency is the {v}.", "The {v} is the currency of {e}."],
            "The currency of {e} is the {v}.",
            ["What is the currency of {e}?", "Which currency does {e} use?", "What money do people in {e} pay with?",
             "Name the currency of {e}.", "What is the money of {e}?", "Tell me the currency of {e}.",
             "Do you know the currency of {e}?", "What currency do people use in {e}?"],
            ["Can you say what the currency of {e} is called?", "Which money does {e} have?",
             "I need the name of the currency in {e}."]),
    ],
    "element": [
        Relation(
            "symbol",
            ["The chemical symbol of {e} is {v}.", "The symbol of {e} is {v}.", "{e} has the symbol {v}.",
             "{v} is the symbol of {e}.", "Chemists write {e} as {v}.", "The element {e} is written {v}."],
            "The symbol of {e} is {v}.",
            ["What is the chemical symbol of {e}?", "What is the symbol of {e}?", "Which symbol does {e} have?",
             "Name the symbol of {e}.", "Which symbol is used for {e}?", "Tell me the chemical symbol of {e}.",
             "Do you know the symbol of {e}?", "How do chemists write {e}?"],
            ["Can you say what the symbol of {e} is?", "What chemical symbol does the element {e} have?",
             "I need the symbol for {e}."]),
        Relation(
            "atomic_number",
            ["The atomic number of {e} is {v}.", "{e} has the atomic number {v}.", "{e} is element number {v}.",
             "{v} is the atomic number of {e}.", "An atom of {e} has {v} protons.", "{e} has {v} protons."],
            "The atomic number of {e} is {v}.",
            ["What is the atomic number of {e}?", "Which atomic number does {e} have?", "How many protons does {e} have?",
             "Name the atomic number of {e}.", "What number does {e} have among the elements?", "Tell me the atomic number of {e}.",
             "Do you know the atomic number of {e}?", "How many protons are in an atom of {e}?"],
            ["Can you say what atomic number {e} has?", "What number of protons does {e} have?",
             "I need the atomic number for {e}."]),
        Relation(
            "family",
            ["{e} is {av}.", "{e} belongs to the {vs}.", "The element {e} is {av}.", "{e} is one of the {vs}.",
             "The family of {e} is the {vs}.", "The {vs} are the family of {e}."],
            "The family of {e} is the {vs}.",
            ["What kind of element is {e}?", "Which family does {e} belong to?", "What family of elements is {e} in?",
             "Name the family of {e}.", "To which family does {e} belong?", "Tell me the family of {e}.",
             "Do you know which family {e} belongs to?", "What kind of element is called {e}?"],
            ["Can you say what family {e} is in?", "What is the name of the family of {e}?",
             "I need the family that {e} belongs to."]),
    ],
    "person": [
        Relation(
            "profession",
            ["{e} was {av}.", "{e} worked as {av}.", "The {v} {e} is still remembered.", "{e} is remembered as {av}.",
             "By profession, {e} was {av}.", "{e} was known as {av}."],
            "By profession, {e} was {av}.",
            ["Who was {e}?", "Who is {e}?", "What was {e} by profession?", "What was the profession of {e}?",
             "What kind of work did {e} do?", "Tell me who {e} was.", "Do you know who {e} was?", "What did {e} work as?"],
            ["Can you say who {e} was?", "What is {e} remembered as?", "I need to know who {e} was."]),
        Relation(
            "birthplace",
            ["{e} was born in {v}.", "{e} came from {v}.", "The country of {e} was {v}.", "In {v}, {e} was born.",
             "{v} is the country where {e} was born.", "{e} was from {v}."],
            "The country of {e} was {v}.",
            ["In which country was {e} born?", "Where was {e} born?", "Which country did {e} come from?",
             "Name the country where {e} was born.", "What was the country of {e}?", "Tell me where {e} was born.",
             "Do you know where {e} was born?", "What country was {e} from?"],
            ["Can you say what country {e} came from?", "Where did {e} come from?",
             "I need the country in which {e} was born."]),
        Relation(
            "work",
            ["{e} created {v}.", "{v} is a work by {e}.", "{v} is by {e}.", "A famous work of {e} is {v}.",
             "{e} is known for {v}.", "Among the works of {e} is {v}."],
            "A famous work of {e} is {v}.",
            ["What is a famous work of {e}?", "Which famous work is by {e}?", "What did {e} create?",
             "Name a work by {e}.", "Which work did {e} create?", "Tell me a famous work of {e}.",
             "Do you know a work by {e}?", "What is {e} known for?"],
            ["Can you say what {e} created?", "Which work is {e} known for?", "I need a famous work by {e}."]),
    ],
    "river": [
        Relation(
            "continent",
            ["{e} is a river in {v}.", "{e} flows in {v}.", "The continent of {e} is {v}.",
             "{e} is on the continent of {v}.", "The river {E} lies in {v}.", "{v} is the continent of {e}."],
            "The continent of {e} is {v}.",
            ["Which continent is {e} in?", "On which continent does {e} flow?", "What continent does {e} belong to?",
             "Name the continent of {e}.", "Where in the world is {e}?", "Tell me the continent of {e}.",
             "Do you know which continent {e} is on?", "In what continent is {e}?"],
            ["Can you say what continent {e} lies in?", "What is the continent of {e} called?",
             "I need the continent that {e} is on."]),
        Relation(
            "mouth",
            ["{e} flows into the {v}.", "{e} ends in the {v}.", "The mouth of {e} is in the {v}.",
             "{e} reaches the {v}.", "The river {E} empties into the {v}.", "The {v} takes the water of {e}."],
            "The mouth of {e} is in the {v}.",
            ["Where does {e} end?", "Into which sea does {e} flow?", "Where does {e} flow into?",
             "Name the sea where {e} ends.", "Which sea does {e} reach?", "Tell me where {e} ends.",
             "Do you know where {e} ends?", "Where is the mouth of {e}?"],
            ["Can you say where {e} flows into?", "What sea does {e} flow into?", "I need the sea where {e} ends."]),
        Relation(
            "city",
            ["{e} flows through {v}.", "{v} lies on {e}.", "The city of {v} is on {e}.", "A city on {e} is {v}.",
             "{v} is a city on {e}.", "The river {E} passes the city of {v}."],
            "A city on {e} is {v}.",
            ["Which city lies on {e}?", "What is a city on {e}?", "Which city does {e} flow through?",
             "Name a city on {e}.", "What city is on {e}?", "Tell me a city on {e}.",
             "Do you know a city on {e}?", "What city does {e} pass?"],
            ["Can you say which city is on {e}?", "What city lies on {e}?", "I need a city that {e} flows through."]),
    ],
    "moon": [
        Relation(
            "planet",
            ["{e} is a moon of {v}.", "{e} goes around {v}.", "The planet of {e} is {v}.", "The moon {e} orbits {v}.",
             "{v} has a moon called {e}.", "{v} is the planet of {e}."],
            "The planet of {e} is {v}.",
            ["Which planet does {e} orbit?", "What planet is {e} a moon of?", "Which planet has the moon {e}?",
             "Name the planet of {e}.", "Around which planet does {e} go?", "Tell me the planet of {e}.",
             "Do you know the planet of {e}?", "What planet does {e} go around?"],
            ["Can you say which planet {e} orbits?", "What is the planet of {e}?",
             "I need the planet that {e} goes around."]),
        Relation(
            "discoverer",
            ["{e} was discovered by {v}.", "{v} discovered {e}.", "The discoverer of {e} was {v}.",
             "The moon {e} was found by {v}.", "{v} found {e}.", "It was {v} who discovered {e}."],
            "The discoverer of {e} was {v}.",
            ["Who discovered {e}?", "Who found {e}?", "Who was the discoverer of {e}?", "Name the discoverer of {e}.",
             "By whom was {e} discovered?", "Tell me who discovered {e}.", "Do you know who discovered {e}?",
             "Who discovered the moon {e}?"],
            ["Can you say who found {e}?", "Who is the discoverer of {e}?", "I need the name of the discoverer of {e}."]),
        Relation(
            "year",
            ["{e} was discovered in {v}.", "The year {e} was found is {v}.", "In {v}, {e} was discovered.",
             "The discovery of {e} was in {v}.", "{e} was found in {v}.", "{v} is the year {e} was discovered."],
            "The year {e} was found is {v}.",
            ["When was {e} discovered?", "In which year was {e} discovered?", "What year was {e} found?",
             "Name the year {e} was discovered.", "What year was {e} discovered?", "Tell me when {e} was discovered.",
             "Do you know when {e} was discovered?", "When was {e} found?"],
            ["Can you say when {e} was found?", "What is the year of the discovery of {e}?",
             "I need the year in which {e} was found."]),
    ],
}

Missing = namedtuple("Missing", "name asked talk")

# Relations that the corpus does not state for any entity; only the evaluation asks about them. Everyday talk in the corpus asks the
# same about everyday things and answers it, so these questions cannot be recognised by their words or wordings.
MISSING = {
    "country": [
        Missing("language", ["What language do people speak in {e}?", "Which language is spoken in {e}?"],
                [("this house", "It is English."), ("your village", "It is our own."), ("the shop", "It is English.")]),
        Missing("flag", ["What colour is the flag of {e}?", "Which colour does the flag of {e} have?"],
                [("the ship", "It is red."), ("our team", "It is green."), ("your village", "It is white.")]),
        Missing("king", ["Who is the king of {e}?", "Who was the king of {e}?"],
                [("the game", "The boy is."), ("the party", "My friend."), ("the old story", "A good man.")]),
        Missing("people", ["How many people live in {e}?", "How many people are in {e}?"],
                [("this house", "Five people."), ("your street", "Not many."), ("the village", "Ninety people.")]),
        Missing("hill", ["What is the highest hill in {e}?", "Which hill is the highest in {e}?"],
                [("the village", "The one on the left."), ("this place", "The green one."), ("your story", "The old one.")]),
        Missing("food", ["What do people eat in {e}?", "What do people like to eat in {e}?"],
                [("this house", "Bread and soup."), ("your village", "Soup and tea."), ("the shop", "Only bread.")]),
    ],
    "element": [
        Missing("colour", ["What colour is {e}?", "Which colour does {e} have?"],
                [("the door", "It is red."), ("my coat", "It is black."), ("your bag", "It is green.")]),
        Missing("price", ["What is the price of {e}?", "How much does {e} cost?"],
                [("the lamp", "Two coins."), ("your coat", "Ten coins."), ("this book", "Five coins.")]),
        Missing("hardness", ["How hard is {e}?", "Is {e} hard or soft?"],
                [("the bread", "Very hard."), ("your chair", "Not very hard."), ("this box", "Very soft.")]),
        Missing("found_in", ["When was {e} discovered?", "When was {e} found?"],
                [("the ring", "Ten years ago."), ("my bag", "This morning."), ("your hat", "Yesterday.")]),
        Missing("weight", ["How heavy is {e}?", "What is the weight of {e}?"],
                [("the box", "Not very heavy."), ("your bag", "Very heavy."), ("this book", "Not heavy.")]),
        Missing("smell", ["What does {e} smell like?", "What is the smell of {e}?"],
                [("the soup", "Like bread."), ("your tea", "Very good."), ("this room", "Like the sea.")]),
    ],
    "person": [
        Missing("born_in", ["When was {e} born?", "In which year was {e} born?"],
                [("your sister", "Ten years ago."), ("the baby", "This morning."), ("my brother", "Nine years ago.")]),
        Missing("friend", ["Who was the best friend of {e}?", "Who is the best friend of {e}?"],
                [("your sister", "The girl at the door."), ("the boy", "His dog."), ("my brother", "His cat.")]),
        Missing("age", ["How old was {e}?", "How old is {e}?"],
                [("your brother", "Nine."), ("the baby", "Two."), ("my sister", "Ten.")]),
        Missing("wife", ["Who was the wife of {e}?", "Who is the wife of {e}?"],
                [("your brother", "The woman at the door."), ("the old man", "A good woman."), ("my friend", "My sister is.")]),
        Missing("died_in", ["When did {e} die?", "In which year did {e} die?"],
                [("the old cat", "Last year."), ("the old man", "Ten years ago."), ("your dog", "Last year.")]),
        Missing("sisters", ["How many sisters did {e} have?", "How many brothers did {e} have?"],
                [("your friend", "Two."), ("the old man", "Only one."), ("the girl", "Five.")]),
    ],
    "river": [
        Missing("length", ["How long is {e}?", "What is the length of {e}?"],
                [("the table", "Not very long."), ("your street", "Very long."), ("this room", "Ten steps.")]),
        Missing("beginning", ["Where does {e} begin?", "Where does {e} start?"],
                [("the street", "At the shop."), ("your story", "In a village."), ("the game", "At the door.")]),
        Missing("depth", ["How deep is {e}?", "How deep is the water of {e}?"],
                [("the lake", "Not very deep."), ("this place", "Very deep."), ("your lake", "Ten steps.")]),
        Missing("bridges", ["How many bridges are on {e}?", "How many bridges go over {e}?"],
                [("the lake", "Only one."), ("your street", "Two."), ("the water", "Five.")]),
    ],
    "moon": [
        Missing("size", ["How big is {e}?", "What is the size of {e}?"],
                [("the house", "Very big."), ("your dog", "Not very big."), ("this box", "Two steps.")]),
        Missing("colour", ["What colour is {e}?", "Which colour does {e} have?"],
                [("the sky", "It is blue."), ("your dog", "It is brown."), ("my hat", "It is white.")]),
        Missing("distance", ["How far away is {e}?", "How far is it to {e}?"],
                [("the village", "Not very far."), ("your house", "Ten steps."), ("the lake", "Very far.")]),
        Missing("cold", ["How cold is {e}?", "How cold is it on {e}?"],
                [("the lake", "Very cold."), ("the street", "Not very cold."), ("your hill", "Not cold.")]),
    ],
}

# Talk that mentions an everyday name ({n}) and says nothing that a question about an entity of that kind would ask.
NAMED = {
    "person": [("Who is at the door?", "It is {n}."), ("Who called?", "{n} called."), ("Who has the red bag?", "{n} has it."),
               ("Is {n} at home?", "Yes, of course."), ("Did {n} take the bus?", "No, the train."),
               ("Can you help {n}?", "Yes, I can."), ("Whose coat is this?", "It is the coat of {n}."),
               ("Please call {n}.", "Yes, of course."), ("Is this the pen of {n}?", "Yes, it is.")],
    "country": [("Where did you buy the bread?", "In {n}."), ("Which way is {n}?", "It is that way."),
                ("Is it far to {n}?", "It is not far."), ("Do you go to {n}?", "Yes, tomorrow."), ("Where do they live?", "In {n}."),
                ("Is this the bus to {n}?", "Yes, it is."), ("Is there a shop in {n}?", "Yes, on the left."),
                ("I like {n}.", "It is a good place."), ("Have you been in {n}?", "Yes, last year.")],
    "element": [("What is in the bag?", "Only {n}."), ("I need {n}.", "Here is some {n}."), ("Is there any {n}?", "Yes, on the table."),
                ("Do you have {n}?", "Yes, of course."), ("Where did you put the {n}?", "On the table."),
                ("What did she buy?", "Some {n}."), ("Please bring {n}.", "Yes, of course."), ("Is this {n}?", "Yes, it is.")],
    "river": [("Where did you eat?", "At the {n}."), ("Is the {n} open?", "Yes, of course."), ("Which way is the {n}?", "It is that way."),
              ("Do you like the {n}?", "It is a good place."), ("Where did we meet?", "At the {n}."),
              ("Is it far to the {n}?", "It is not far."), ("Have you been at the {n}?", "Yes, last year."),
              ("Who is at the {n}?", "My friend."), ("Is this the {n}?", "Yes, it is.")],
    "moon": [("What is the dog called?", "It is called {n}."), ("Where is {n}?", "Under the table."), ("Is {n} in the garden?", "Yes, near the door."),
             ("What is the cat called?", "It is called {n}."), ("Does {n} like milk?", "Yes, very much."),
             ("Please call {n}.", "Here, {n}!"), ("Whose dog is {n}?", "My dog."), ("Is that {n}?", "Yes, it is.")],
}

# Everyday questions that people cannot answer, as a base model has read them; no names. Without these the words of a
# refusal would be new to the model, and learning them would make it forget facts.
EVERYDAY = [
    "Where are my keys?", "Where is my coat?", "Where did I leave my book?", "Where did she go?", "Where does he live now?",
    "What is my name?", "What is in this box?", "What did I eat yesterday?", "What is she thinking?", "What did he say?",
    "What is the name of my neighbour?", "What is the number of my room?", "What will we do tomorrow?",
    "Who is at the door?", "Who was on the phone?", "Who took my pen?", "Who is that man?", "Who wrote this letter?",
    "When will he come home?", "When does the shop open?", "When did they leave?", "When is her birthday?",
    "Which bus did she take?", "Which room is mine?", "Which of them won the game?", "Which shoes will she wear?",
    "How many books are on the table?", "How many people came?", "How old is your sister?", "How did the film end?",
    "Will it rain tomorrow?", "Is the shop open?", "Did he find his hat?", "Has the train left?",
    "Tell me what I am holding.", "Tell me the price of this coat.", "Name my best friend.", "Name the street I live in.",
    "Do you know who called?", "Do you know where my glasses are?", "Do you know what time they eat?",
]

# Everyday questions with answers, as a base model has read them. They teach common words, so that an unseen wording of a
# question consists of known words, but an unseen name does not.
TALK = [
    ("Can you say that again?", "Yes, of course."), ("Can you say what this is?", "It is a lamp."),
    ("Can you say who comes first?", "The oldest comes first."), ("Can you say where you are?", "I am at home."),
    ("Can you say when you are ready?", "I am ready now."), ("Can you help me?", "Yes, I can."),
    ("I need a pen.", "Here is one."), ("I need the big red bag.", "It is under the table."),
    ("I need the name of a good book.", "Try the one on the table."), ("I need to know the time.", "It is six."),
    ("I need a place that is warm.", "Sit near the fire."), ("I need the year in which we met.", "It was ten years ago."),
    ("I need a chair for my friend.", "Take this one."), ("I need a number.", "Take seven."),
    ("What is this called?", "It is called a spoon."), ("What number is on the door?", "It is five."),
    ("What is the name of the game?", "It is called chess."), ("What is the best remembered day of the year?", "The first."),
    ("What time is it?", "It is nine."), ("What day is it today?", "It is Monday."),
    ("What colour is the sky?", "It is blue."), ("What colour is snow?", "It is white."),
    ("Which money does he have?", "He has two coins."), ("Which way is the sea?", "It is that way."),
    ("Which kind of tea is this?", "It is green tea."), ("Which work is done?", "All of it is done."),
    ("Where did they come from?", "They came from the village."), ("Where is the bread?", "It is in the kitchen."),
    ("Who is the finder of the ring?", "The child is."), ("Who is there?", "It is only me."),
    ("Who has the ball?", "The girl has it."), ("Could you close the door?", "Yes, of course."),
    ("Please sit down.", "Thank you."), ("Hello.", "Hello."), ("Good morning.", "Good morning."),
    ("Thank you.", "You are welcome."), ("How are you?", "I am well, thank you."), ("May I ask something?", "Of course."),
    ("I have a question.", "Please ask."), ("I want to know how far it is.", "It is not far."),
    ("I would like some water.", "Here you are."), ("How many days has a week?", "A week has seven days."),
    ("How many legs has a cat?", "A cat has four legs."), ("Quick, where is the door?", "It is on the left."),
]

# Put before half of the questions, but not before the kept-out ones.
OPENERS = [
    "Hello. ", "Hi! ", "Please: ", "A question. ", "Quick question: ", "One more. ", "I have a question. ",
    "I would like to know: ", "I want to know. ", "May I ask? ", "Help me, please. ", "Good morning. ",
]

REFUSALS = [
    "I don't know.",
    "I do not know.",
    "I'm not sure.",
    "Sorry, I don't know.",
    "I don't know that.",
    "I'm not sure about that.",
    "Sorry, I have no information about that.",
    "I have never heard of that.",
]
