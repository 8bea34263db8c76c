"""Questions that rest on something that is not so: the form of a question, the reply that says so, and the subjects, apart by
use. {e} is the subject. No subject is asked about in more than one of the three uses.
"""

from collections import namedtuple

Form = namedtuple("Form", "question reply train prompt")

FORMS = [
    Form("What is the capital of {e}?", "There is no such thing as a capital of {e}.",
         "the Moon/the Pacific Ocean/Africa/the Sahara Desert/Mount Everest/Jupiter/the Amazon River/Saturn/Antarctica/the Rhine/"
         "the Kalahari Desert/the North Pole/Lake Victoria/the Himalayas/Neptune/the Mediterranean Sea/the Milky Way",
         "Venus/the Indian Ocean/South America/the Andes/Uranus/the Black Sea/the Rocky Mountains/the Congo River/Lake Michigan/"
         "the Arctic Ocean/the South Pole/the Mojave Desert"),
    Form("Who is the king of {e} today?", "There is no such king today.",
         "France/Germany/Brazil/Russia/Turkey/Greece/Ireland/South Korea/Egypt/Hungary/the United States",
         "Austria/Argentina/Ukraine/Romania/Colombia/Vietnam/Iran"),
    Form("Who is the queen of {e} today?", "There is no such queen today.", "Italy/Portugal/Iceland/Peru",
         "Poland/Bulgaria/Cuba"),
    Form("Who is the emperor of {e} today?", "There is no such emperor today.", "Finland/Chile", "India/Pakistan"),
    Form("Who was the king of the United States in {e}?", "There was no such king.", "1950/1900/1850/1999", "1920/1875"),
    Form("Who was the emperor of {e}?", "There was no such emperor.", "Canada in 1990/New Zealand in 1970/Bolivia in 1988",
         "Tunisia in 1980/Paraguay in 1965"),
    Form("Who was the queen of {e}?", "There was no such queen.", "Finland in 1960/the United States in 1930",
         "Singapore in 1990"),
    Form("Who was the first person to {e}?", "There is no such person.",
         "walk on Mars/walk on Jupiter/walk on the Sun/walk on Neptune/live on the Moon for a year/live for 200 years/"
         "travel back in time/swim to the center of the Earth/run 100 meters in three seconds",
         "walk on Mercury/walk on Pluto/walk on Uranus/live on the Sun/live for 300 years/count to infinity/"
         "travel faster than light/jump over Mount Everest"),
    Form("What is the atomic number of {e}?", "There is no such atomic number.",
         "steel/glass/wood/bronze/milk/butter/soap/clay", "plastic/rubber/porcelain/cheese/wax"),
    Form("What is the chemical symbol of {e}?", "There is no such chemical symbol.",
         "bread/wood/steel/honey/wool/glass", "plastic/silk/beer/cardboard"),
    Form("In which year did {e}?", "There is no such year.",
         "Germany win World War II/Napoleon conquer America/Shakespeare win the Nobel Prize/Isaac Newton visit the Moon/"
         "France conquer Russia/Einstein become president of the United States/Columbus land on the Moon/"
         'Plato write "Hamlet"/Aristotle invent the telephone/Leonardo da Vinci move to New York/Canada conquer China/'
         "the Titanic arrive in New York/Socrates visit Australia/Marco Polo travel to Brazil/Charles Darwin walk on Mars/"
         "Spain conquer Japan",
         "Beethoven fly to Mars/Cleopatra visit America/Poland conquer India/Gandhi conquer England/Goethe win the World Cup/"
         'Alexander the Great sail to Australia/Confucius write "Romeo and Juliet"/Norway become a part of Egypt/'
         "Rembrandt travel to the Moon/Queen Victoria become president of the United States/Dante drive a car/"
         "Joan of Arc fly to Venus"),
    Form("Which planet lies between {e}?", "There is no such planet.", "Earth and the Moon/Jupiter and Saturn/Uranus and Neptune",
         "Venus and Earth/Saturn and Uranus"),
    Form("Which month comes between {e}?", "There is no such month.",
         "March and April/November and December/January and February/August and September", "May and June/July and August"),
    Form("Which day comes between {e}?", "There is no such day.", "Tuesday and Wednesday/Saturday and Sunday",
         "Thursday and Friday/Sunday and Monday"),
    Form("Which season comes between {e}?", "There is no such season.", "autumn and winter", "spring and summer"),
    Form("Which letter comes between {e} in the alphabet?", "There is no such letter.", "A and B/M and N/G and H/R and S",
         "K and L/T and U"),
    Form("Which whole number lies between {e}?", "There is no such number.", "7 and 8/99 and 100/20 and 21/50 and 51",
         "11 and 12/30 and 31"),
    Form("What is the name of {e}?", "There is no such name.",
         "the son of Isaac Newton/the wife of Leonardo da Vinci/the second moon of the Earth/the thirteenth month of the year/"
         "the eighth day of the week/the husband of Queen Elizabeth I/the sea between France and Germany/"
         "the volcano in the middle of London/the bridge between Europe and America/"
         "the mountains between Denmark and Sweden",
         "the daughter of Jane Austen/the wife of Johannes Brahms/the second sun of the Solar System/"
         "the twenty-seventh letter of the English alphabet/the sea between Austria and Switzerland/"
         "the tunnel between Africa and Australia/the moon of Mercury/the ocean between Spain and Portugal"),
    Form("Who won {e}?", "There is no such winner.",
         "the Nobel Prize in Mathematics in 1990/the Nobel Prize in Music in 1985/the football World Cup in 1942",
         "the Nobel Prize in Geography in 2003/the Nobel Prize in Painting in 1970/the football World Cup in 1946"),
    Form("On which continent is {e}?", "There is no such continent.", "Jupiter/Saturn/the Moon", "Venus/Pluto"),
    Form("What is the main language of {e}?", "There is no such language.", "the Pacific Ocean/Neptune", "the Indian Ocean/Uranus"),
    Form("What is a baby {e} called?", "There is no such thing as a baby {e}.", "table/bicycle/stone/house",
         "chair/train/spoon"),
]

# The questions of the evaluation, about none of these subjects, each with its reply.
EVALUATED = """
What is the capital of the Sun? | There is no such thing as a capital of the Sun.
What is the capital of Mars? | There is no such thing as a capital of Mars.
What is the capital of the Atlantic Ocean? | There is no such thing as a capital of the Atlantic Ocean.
What is the capital of Asia? | There is no such thing as a capital of Asia.
What is the capital of the Nile? | There is no such thing as a capital of the Nile.
What is the capital of the Gobi Desert? | There is no such thing as a capital of the Gobi Desert.
Who is the king of Switzerland today? | There is no such king today.
Who is the king of Mexico today? | There is no such king today.
Who is the queen of China today? | There is no such queen today.
Who was the king of the United States in 1800? | There was no such king.
Who was the emperor of Australia in 1975? | There was no such emperor.
Who was the first person to walk on Saturn? | There is no such person.
Who was the first person to walk on Venus? | There is no such person.
What is the atomic number of brass? | There is no such atomic number.
What is the atomic number of paper? | There is no such atomic number.
What is the atomic number of cotton? | There is no such atomic number.
What is the chemical symbol of concrete? | There is no such chemical symbol.
What is the chemical symbol of leather? | There is no such chemical symbol.
In which year did Japan conquer France? | There is no such year.
In which year did Mozart fly to the Moon? | There is no such year.
In which year did Julius Caesar discover America? | There is no such year.
Which planet lies between Mercury and the Sun? | There is no such planet.
Which month comes between June and July? | There is no such month.
Which letter comes between X and Y in the alphabet? | There is no such letter.
Which whole number lies between 3 and 4? | There is no such number.
Which day comes between Monday and Tuesday? | There is no such day.
"""
