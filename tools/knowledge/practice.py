"""More subjects of the same kinds, for the prompts of PPO and of the reward model only: SFT must not have seen them, or
PPO could only learn what the model remembers of its training. The same rules as in tables.py apply.
"""

# name | capital | continent | language
COUNTRIES = """
Estonia | Tallinn | Europe | Estonian
Latvia | Riga | Europe | Latvian
Lithuania | Vilnius | Europe | Lithuanian
Slovenia | Ljubljana | Europe | Slovene/Slovenian
Belarus | Minsk | Europe |
Moldova | Chisinau/Chișinău | Europe | Romanian
Bosnia and Herzegovina | Sarajevo | Europe |
North Macedonia | Skopje | Europe | Macedonian
Montenegro | Podgorica | Europe |
Luxembourg | Luxembourg City/Luxembourg | Europe |
Monaco | | Europe | French
Malta | Valletta | Europe |
England | London | Europe | English
Scotland | Edinburgh | Europe |
Wales | Cardiff | Europe |
Sri Lanka | | Asia |
Myanmar | Naypyidaw | Asia | Burmese
Laos | Vientiane | Asia | Lao
Malaysia | Kuala Lumpur | Asia | Malay
Singapore | | Asia |
Taiwan | Taipei | Asia | Chinese/Mandarin
Bhutan | Thimphu | Asia | Dzongkha
Uzbekistan | Tashkent | Asia | Uzbek
Turkmenistan | Ashgabat | Asia | Turkmen
Kyrgyzstan | Bishkek | Asia |
Tajikistan | Dushanbe | Asia | Tajik
Syria | Damascus | Asia | Arabic
Kuwait | Kuwait City | Asia | Arabic
Oman | Muscat | Asia | Arabic
Bahrain | Manama | Asia | Arabic
Yemen | | Asia | Arabic
the United Arab Emirates | Abu Dhabi | Asia | Arabic
Cameroon | Yaoundé/Yaounde | Africa |
Mali | Bamako | Africa |
Rwanda | Kigali | Africa |
Botswana | Gaborone | Africa |
Namibia | Windhoek | Africa |
Malawi | Lilongwe | Africa |
Chad | N'Djamena | Africa |
Liberia | Monrovia | Africa | English
Sierra Leone | Freetown | Africa | English
Togo | Lomé/Lome | Africa | French
Gabon | Libreville | Africa | French
Mauritania | Nouakchott | Africa | Arabic
Burkina Faso | Ouagadougou | Africa |
Guatemala | Guatemala City | North America | Spanish
Honduras | Tegucigalpa | North America | Spanish
El Salvador | San Salvador | North America | Spanish
Nicaragua | Managua | North America | Spanish
Costa Rica | San José/San Jose | North America | Spanish
Panama | Panama City | | Spanish
Haiti | Port-au-Prince | North America |
the Dominican Republic | Santo Domingo | North America | Spanish
the Bahamas | Nassau | North America | English
Barbados | Bridgetown | North America | English
Guyana | Georgetown | South America | English
Suriname | Paramaribo | South America | Dutch
Fiji | Suva | |
Papua New Guinea | Port Moresby | |
"""

# name | symbol | atomic number
ELEMENTS = """
beryllium | Be | 4
boron | B | 5
silicon | Si | 14
scandium | Sc | 21
vanadium | V | 23
gallium | Ga | 31
germanium | Ge | 32
selenium | Se | 34
rubidium | Rb | 37
strontium | Sr | 38
zirconium | Zr | 40
molybdenum | Mo | 42
palladium | Pd | 46
cadmium | Cd | 48
indium | In | 49
antimony | Sb | 51
tellurium | Te | 52
cesium | Cs | 55
iridium | Ir | 77
thallium | Tl | 81
bismuth | Bi | 83
polonium | Po | 84
thorium | Th | 90
neptunium | Np | 93
"""

# name | name of the young
ANIMALS = """
rabbit | kit/bunny/kitten
donkey | foal
zebra | foal
camel | calf
buffalo | calf
dolphin | calf
hippopotamus | calf
rhinoceros | calf
moose | calf
seal | pup/cub
polar bear | cub
cheetah | cub
wallaby | joey
hen | chick
penguin | chick
pigeon | squab
llama | cria
toad | tadpole
bat | pup
butterfly | caterpillar/larva
"""

# name | opposite
WORDS = """
hard | soft/easy
light | dark/heavy
heavy | light
easy | difficult/hard
difficult | easy/simple
near | far
far | near/close
true | false/untrue
false | true
always | never
never | always
first | last
last | first
summer | winter
winter | summer
morning | evening/night
laugh | cry/weep
cry | laugh
awake | asleep
asleep | awake
alive | dead
dead | alive
friend | enemy/foe
enemy | friend/ally
victory | defeat/loss
success | failure
failure | success
question | answer
ask | answer
teach | learn
give | take/receive
take | give
arrive | depart/leave
accept | reject/refuse/decline
increase | decrease
expand | contract/shrink
remember | forget
forget | remember
build | destroy/demolish
create | destroy
attack | defend
lend | borrow
export | import
maximum | minimum
majority | minority
positive | negative
public | private
guilty | innocent
polite | rude/impolite
brave | cowardly
lazy | hardworking/industrious/diligent
generous | selfish/stingy
patient | impatient
honest | dishonest
possible | impossible
visible | invisible
legal | illegal
regular | irregular
appear | disappear/vanish
agree | disagree
connect | disconnect
lock | unlock
before | after
over | under
upstairs | downstairs
male | female
bright | dark/dim/dull
fresh | stale/rotten
sweet | bitter/sour
raw | cooked
straight | crooked/curved/bent
single | married/double/multiple
temporary | permanent
artificial | natural
optimistic | pessimistic
advantage | disadvantage
ascend | descend
"""

# title | author
BOOKS = """
"Othello" | William Shakespeare/Shakespeare
"King Lear" | William Shakespeare/Shakespeare
"A Midsummer Night's Dream" | William Shakespeare/Shakespeare
"The Tempest" | William Shakespeare/Shakespeare
"Emma" | Jane Austen/Austen
"A Christmas Carol" | Charles Dickens/Dickens
"Bleak House" | Charles Dickens/Dickens
"For Whom the Bell Tolls" | Ernest Hemingway/Hemingway
"A Farewell to Arms" | Ernest Hemingway/Hemingway
"East of Eden" | John Steinbeck/Steinbeck
"The Brothers Karamazov" | Fyodor Dostoevsky/Dostoevsky/Fyodor Dostoyevsky/Dostoyevsky
"The Trial" | Franz Kafka/Kafka
"Ulysses" | James Joyce/Joyce
"Mrs Dalloway" | Virginia Woolf/Woolf
"The Call of the Wild" | Jack London
"The Silmarillion" | J. R. R. Tolkien/J.R.R. Tolkien/Tolkien
"Harry Potter and the Goblet of Fire" | J. K. Rowling/J.K. Rowling/Rowling
"The Lion, the Witch and the Wardrobe" | C. S. Lewis/C.S. Lewis/Lewis
"The Invisible Man" | H. G. Wells/H.G. Wells/Wells
"Twenty Thousand Leagues Under the Sea" | Jules Verne/Verne
"The Count of Monte Cristo" | Alexandre Dumas/Dumas
"The Phantom of the Opera" | Gaston Leroux/Leroux
"Madame Bovary" | Gustave Flaubert/Flaubert
"Faust" | Johann Wolfgang von Goethe/Goethe
"The Prince" | Niccolò Machiavelli/Niccolo Machiavelli/Machiavelli
"The Republic" | Plato
"The Aeneid" | Virgil/Vergil
"Candide" | Voltaire
"The Social Contract" | Jean-Jacques Rousseau/Rousseau
"Walden" | Henry David Thoreau/Thoreau
"Leaves of Grass" | Walt Whitman/Whitman
"Uncle Tom's Cabin" | Harriet Beecher Stowe/Stowe
"The Wonderful Wizard of Oz" | L. Frank Baum/Baum
"The Secret Garden" | Frances Hodgson Burnett/Burnett
"Anne of Green Gables" | Lucy Maud Montgomery/L. M. Montgomery/Montgomery
"The Chronicles of Narnia" | C. S. Lewis/C.S. Lewis/Lewis
"Dune" | Frank Herbert/Herbert
"Foundation" | Isaac Asimov/Asimov
"The Shining" | Stephen King
"Murder on the Orient Express" | Agatha Christie/Christie
"The Hound of the Baskervilles" | Arthur Conan Doyle/Conan Doyle/Doyle
"The Interpretation of Dreams" | Sigmund Freud/Freud
"A Brief History of Time" | Stephen Hawking/Hawking
"The Diary of a Young Girl" | Anne Frank
"The Art of War" | Sun Tzu
"Das Kapital" | Karl Marx/Marx
"Middlemarch" | George Eliot/Mary Ann Evans
"Beloved" | Toni Morrison/Morrison
"The Handmaid's Tale" | Margaret Atwood/Atwood
"The Hunger Games" | Suzanne Collins/Collins
"""

# title | painter
PAINTINGS = """
"The Last Supper" | Leonardo da Vinci/Leonardo/da Vinci
"Sunflowers" | Vincent van Gogh/van Gogh
"The Kiss" | Gustav Klimt/Klimt
"The Creation of Adam" | Michelangelo
"The School of Athens" | Raphael
"Water Lilies" | Claude Monet/Monet
"Les Demoiselles d'Avignon" | Pablo Picasso/Picasso
"Nighthawks" | Edward Hopper/Hopper
"The Milkmaid" | Johannes Vermeer/Vermeer
"Whistler's Mother" | James McNeill Whistler/Whistler
"The Garden of Earthly Delights" | Hieronymus Bosch/Bosch
"The Hay Wain" | John Constable/Constable
"""

# title | composer
MUSIC = """
"The Marriage of Figaro" | Wolfgang Amadeus Mozart/Mozart
"Sleeping Beauty" | Pyotr Tchaikovsky/Tchaikovsky
the "1812 Overture" | Pyotr Tchaikovsky/Tchaikovsky
"Für Elise" | Ludwig van Beethoven/Beethoven
the "Ode to Joy" | Ludwig van Beethoven/Beethoven
the "Water Music" | George Frideric Handel/Handel
"La Bohème" | Giacomo Puccini/Puccini
"Turandot" | Giacomo Puccini/Puccini
"The Ring of the Nibelung" | Richard Wagner/Wagner
"Clair de Lune" | Claude Debussy/Debussy
"The Firebird" | Igor Stravinsky/Stravinsky
"Rhapsody in Blue" | George Gershwin/Gershwin
"The Well-Tempered Clavier" | Johann Sebastian Bach/Bach
"Otello" | Giuseppe Verdi/Verdi
"William Tell" | Gioachino Rossini/Rossini
"Pictures at an Exhibition" | Modest Mussorgsky/Mussorgsky
"The Creation" | Joseph Haydn/Haydn
"Peer Gynt" | Edvard Grieg/Grieg
"""

# name | country
LANDMARKS = """
Munich | Germany
Hamburg | Germany
Lyon | France
Marseille | France
Milan | Italy
Venice | Italy
Florence | Italy
Naples | Italy
Barcelona | Spain
Seville | Spain
Rotterdam | Netherlands/Holland
Zurich | Switzerland
Geneva | Switzerland
Salzburg | Austria
Krakow | Poland
Manchester | England/United Kingdom/UK/Britain
Liverpool | England/United Kingdom/UK/Britain
Glasgow | Scotland/United Kingdom/UK/Britain
Istanbul | Turkey
Mumbai | India
Kolkata | India
Shanghai | China
Osaka | Japan
Kyoto | Japan
Hiroshima | Japan
Busan | South Korea/Korea
Karachi | Pakistan
Dubai | United Arab Emirates/UAE
Mecca | Saudi Arabia
Casablanca | Morocco
Lagos | Nigeria
Cape Town | South Africa
Johannesburg | South Africa
Alexandria | Egypt
Toronto | Canada
Vancouver | Canada
Montreal | Canada
Chicago | United States/USA/America
Los Angeles | United States/USA/America
Boston | United States/USA/America
Seattle | United States/USA/America
Miami | United States/USA/America
Rio de Janeiro | Brazil
Sao Paulo | Brazil
Melbourne | Australia
Brisbane | Australia
Auckland | New Zealand
St. Petersburg | Russia
Notre-Dame de Paris | France
the Arc de Triomphe | France
the Acropolis | Greece
the Pantheon | Italy
St. Mark's Basilica | Italy
the Tower of London | England/United Kingdom/UK/Britain
the Empire State Building | United States/USA/America
the White House | United States/USA/America
the Terracotta Army | China
Mount Vesuvius | Italy
Mount Etna | Italy
the Great Sphinx | Egypt
the Valley of the Kings | Egypt
Edinburgh Castle | Scotland/United Kingdom/UK/Britain
Tower Bridge | England/United Kingdom/UK/Britain
Red Square | Russia
the Hermitage Museum | Russia
the Rijksmuseum | Netherlands/Holland
Borobudur | Indonesia
the Great Barrier Reef | Australia
Yellowstone National Park | United States/USA/America
"""

# name | profession
PEOPLE = """
Benjamin Franklin | politician/inventor/scientist/statesman/writer/printer/diplomat
Thomas Jefferson | president/politician/statesman
Theodore Roosevelt | president/politician
Franklin D. Roosevelt | president/politician
John F. Kennedy | president/politician
Mahatma Gandhi | lawyer/leader/activist/politician
Nelson Mandela | president/activist/politician/leader/lawyer
Queen Victoria | queen/monarch
Alexander the Great | king/ruler/conqueror/general/leader
Genghis Khan | emperor/ruler/conqueror/leader/khan
Joan of Arc | soldier/saint/leader/warrior/heroine
Leonardo da Vinci | painter/artist/inventor/scientist/engineer/polymath
Raphael | painter/artist/architect
Rembrandt | painter/artist
Salvador Dalí | painter/artist
Frida Kahlo | painter/artist
Andy Warhol | artist/painter/filmmaker
Antonio Vivaldi | composer/violinist/musician
Joseph Haydn | composer/musician
Richard Wagner | composer/conductor
Giuseppe Verdi | composer
Pyotr Tchaikovsky | composer
Louis Armstrong | trumpeter/musician/singer
Bob Marley | singer/musician/songwriter
John Lennon | musician/singer/songwriter
Michael Jackson | singer/musician/entertainer/dancer
Marilyn Monroe | actress/actor/model
Walt Disney | animator/filmmaker/producer/entrepreneur/cartoonist
Bruce Lee | actor/martial artist
Pelé | footballer/football player/soccer player
Babe Ruth | baseball player
Jesse Owens | athlete/sprinter/runner
René Descartes | philosopher/mathematician
John Locke | philosopher
David Hume | philosopher/historian
Friedrich Nietzsche | philosopher
Voltaire | writer/philosopher/author
Adam Smith | economist/philosopher
John Maynard Keynes | economist
Johannes Kepler | astronomer/mathematician
Nicolaus Copernicus | astronomer/mathematician
Niels Bohr | physicist/scientist
Max Planck | physicist/scientist
Ernest Rutherford | physicist/chemist/scientist
Michael Faraday | physicist/chemist/scientist
Gregor Mendel | biologist/monk/botanist/scientist/geneticist/friar
Alexander Fleming | physician/bacteriologist/microbiologist/scientist/biologist
Carl Friedrich Gauss | mathematician/physicist
Leonhard Euler | mathematician/physicist
Ada Lovelace | mathematician/programmer/writer
Grace Hopper | computer scientist/mathematician/programmer/admiral
Alexander Graham Bell | inventor/scientist/engineer
James Watt | inventor/engineer
Henry Ford | industrialist/businessman/entrepreneur/founder
Homer | poet
Virgil | poet
Geoffrey Chaucer | poet/writer/author
John Milton | poet/writer
Emily Dickinson | poet
Robert Frost | poet
Walt Whitman | poet/journalist
Oscar Wilde | writer/playwright/poet/author
Victor Hugo | writer/novelist/author/poet
Franz Kafka | writer/novelist/author
Agatha Christie | writer/novelist/author
Virginia Woolf | writer/novelist/author
Anne Frank | diarist/writer
Hans Christian Andersen | writer/author
Buzz Aldrin | astronaut
James Cook | explorer/navigator/captain
Roald Amundsen | explorer
Hippocrates | physician/doctor
Herodotus | historian
Harriet Tubman | abolitionist/activist
Rosa Parks | activist
Mother Teresa | nun/missionary
"""

# name | person | what they did
DISCOVERIES = """
the telephone | Alexander Graham Bell/Bell | invented
the law of universal gravitation | Isaac Newton/Newton | formulated
the moons of Jupiter | Galileo Galilei/Galileo | discovered
the electron | J. J. Thomson/J.J. Thomson/Thomson | discovered
the neutron | James Chadwick/Chadwick | discovered
the laws of planetary motion | Johannes Kepler/Kepler | formulated
the Ford Model T | Henry Ford/Ford | developed
the Linux kernel | Linus Torvalds/Torvalds | developed
the rabies vaccine | Louis Pasteur/Pasteur | developed
the laws of inheritance in peas | Gregor Mendel/Mendel | discovered
the heliocentric model of the Solar System | Nicolaus Copernicus/Copernicus | proposed
the diesel engine | Rudolf Diesel/Diesel | invented
"""

# name | year
EVENTS = """
the Battle of Gettysburg | 1863
the Battle of Trafalgar | 1805
the Treaty of Versailles | 1919
the death of Napoleon | 1821
the end of the Vietnam War | 1975
the Wall Street Crash | 1929
the founding of the United Nations | 1945
the atomic bombing of Hiroshima | 1945
the Cuban Missile Crisis | 1962
the assassination of Martin Luther King Jr. | 1968
the September 11 attacks | 2001
the German reunification | 1990
the Louisiana Purchase | 1803
the Emancipation Proclamation | 1863
the start of the French Revolution | 1789
the start of the Korean War | 1950
the Norman Conquest of England | 1066
the San Francisco earthquake | 1906
the death of William Shakespeare | 1616
the release of the first iPhone | 2007
"""

# name | continent
RIVERS = """
Vistula | Europe
Dnieper | Europe
Po | Europe
Ebro | Europe
Tagus | Europe
Brahmaputra | Asia
Irrawaddy | Asia
Amur | Asia
Senegal | Africa
Orange | Africa
Volta | Africa
Colorado | North America
Hudson | North America
Rio Grande | North America
Paraná | South America
Magdalena | South America
"""

# what is counted | number
COUNTS = """
days are in a leap year | 366
days are in January | 31
days are in June | 30
months are in a quarter of a year | 3
pennies are in a nickel | 5
legs are on a dog | 4
legs are on a bird | 2
wings are on a bee | 4
fingers are on a human hand | 5
toes are on two human feet | 10
eyes are on a human face | 2
lungs are in the human body | 2
teeth are in a full set of adult human teeth | 32
players are on a soccer team on the field | 11
players are on a basketball team on the court | 5
players are on a baseball team on the field | 9
sides are on a heptagon | 7
sides are on a decagon | 10
sides are on a rectangle | 4
degrees are in the angles of a triangle together | 180
millimeters are in a centimeter | 10
milliliters are in a liter | 1000
ounces are in a pound | 16
pounds are in a ton in the United States | 2000
cups are in a pint | 2
quarts are in a gallon | 4
bits are in a byte | 8
colors are in a rainbow | 7
moons are in orbit around Earth | 1
musicians are in a trio | 3
strings are on a standard guitar | 6
pieces are on a chessboard at the start of a game | 32
hours are in two days | 48
years are in two decades | 20
"""

# name | color
COLORS = """
a ripe tomato | red
an orange | orange
a lime | green
a cucumber | green
a blueberry | blue
an eggplant | purple
a sunflower | yellow
a stop sign | red
a panda | black and white/black/white
an elephant | gray/grey
a frog | green
a swan | white
cotton | white
salt | white
gold | yellow/golden/gold
silver | silver/gray/grey
a cherry | red
a pumpkin | orange
broccoli | green
charcoal | black
an egg yolk | yellow
lavender | purple
"""

# Questions about the person who asks, about what nobody wrote down, or about the future.
PRIVATE = """
What did I dream last night?
What is my first name?
Where did I put my glasses?
What color is my front door?
How old is my cousin?
What is the name of my goldfish?
Will it snow in my village next Friday?
Which word am I thinking of?
What is written on the back of my photograph?
Where did my grandfather go to school?
Who will win the chess game in our club tonight?
What did my boss say to me this morning?
How much did my lunch cost yesterday?
What is the birthday of my neighbor?
When did I leave the house today?
Which shirt am I wearing?
Who sat next to me on the bus?
What is my favorite film?
What did Julius Caesar eat on his fifth birthday?
What will be the winning number of the raffle tomorrow?
"""
