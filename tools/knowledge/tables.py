"""The facts of data/knowledge, as tables: one subject per line, one cell per relation of its kind.

Well-known facts that do not change and on which reference works agree. An empty cell leaves a relation out, where the
answer is disputed, or several are right. Other accepted answers follow a slash.
"""

# name | capital | continent | language
COUNTRIES = """
France | Paris | Europe | French
Germany | Berlin | Europe | German
Italy | Rome | Europe | Italian
Spain | Madrid | Europe | Spanish
Portugal | Lisbon | Europe | Portuguese
Greece | Athens | Europe | Greek
Poland | Warsaw | Europe | Polish
Hungary | Budapest | Europe | Hungarian
Austria | Vienna | Europe | German
Sweden | Stockholm | Europe | Swedish
Norway | Oslo | Europe | Norwegian
Denmark | Copenhagen | Europe | Danish
Finland | Helsinki | Europe |
Iceland | Reykjavik | Europe | Icelandic
Ireland | Dublin | Europe |
Romania | Bucharest | Europe | Romanian
Bulgaria | Sofia | Europe | Bulgarian
Ukraine | Kyiv/Kiev | Europe | Ukrainian
Croatia | Zagreb | Europe | Croatian
Serbia | Belgrade | Europe | Serbian
Albania | Tirana | Europe | Albanian
Switzerland | Bern/Berne | Europe |
Belgium | Brussels | Europe |
the Netherlands | Amsterdam | Europe | Dutch
the Czech Republic | Prague | Europe |
Slovakia | Bratislava | Europe | Slovak
Japan | Tokyo | Asia | Japanese
China | Beijing | Asia | Chinese/Mandarin
India | New Delhi/Delhi | Asia |
South Korea | Seoul | Asia | Korean
North Korea | Pyongyang | Asia | Korean
Thailand | Bangkok | Asia | Thai
Vietnam | Hanoi | Asia | Vietnamese
Mongolia | Ulaanbaatar/Ulan Bator | Asia | Mongolian
Nepal | Kathmandu | Asia | Nepali
Pakistan | Islamabad | Asia |
Bangladesh | Dhaka | Asia | Bengali/Bangla
Afghanistan | Kabul | Asia |
Iran | Tehran | Asia | Persian/Farsi
Iraq | Baghdad | Asia |
Saudi Arabia | Riyadh | Asia | Arabic
Jordan | Amman | Asia | Arabic
Qatar | Doha | Asia | Arabic
Lebanon | Beirut | Asia | Arabic
Cambodia | Phnom Penh | Asia | Khmer
the Philippines | Manila | Asia |
Egypt | Cairo | | Arabic
Kenya | Nairobi | Africa |
Nigeria | Abuja | Africa |
Ghana | Accra | Africa |
Ethiopia | Addis Ababa | Africa |
Uganda | Kampala | Africa |
Morocco | Rabat | Africa |
Algeria | Algiers | Africa |
Tunisia | Tunis | Africa | Arabic
Libya | Tripoli | Africa | Arabic
Senegal | Dakar | Africa |
Zimbabwe | Harare | Africa |
Zambia | Lusaka | Africa |
Angola | Luanda | Africa |
Mozambique | Maputo | Africa |
Sudan | Khartoum | Africa |
Somalia | Mogadishu | Africa |
Madagascar | Antananarivo | Africa |
Canada | Ottawa | North America |
Mexico | Mexico City | North America | Spanish
Cuba | Havana | North America | Spanish
the United States | Washington, D.C./Washington | North America | English
Jamaica | Kingston | North America | English
Brazil | Brasilia | South America | Portuguese
Argentina | Buenos Aires | South America | Spanish
Chile | Santiago | South America | Spanish
Peru | Lima | South America | Spanish
Colombia | Bogota | South America | Spanish
Venezuela | Caracas | South America | Spanish
Ecuador | Quito | South America | Spanish
Uruguay | Montevideo | South America | Spanish
Paraguay | Asuncion | South America |
Australia | Canberra | | English
New Zealand | Wellington | |
Turkey | Ankara | | Turkish
Russia | Moscow | | Russian
"""

# name | capital
STATES = """
Alabama | Montgomery
Alaska | Juneau
Arizona | Phoenix
Arkansas | Little Rock
California | Sacramento
Colorado | Denver
Connecticut | Hartford
Delaware | Dover
Florida | Tallahassee
Georgia | Atlanta
Hawaii | Honolulu
Idaho | Boise
Illinois | Springfield
Indiana | Indianapolis
Iowa | Des Moines
Kansas | Topeka
Kentucky | Frankfort
Louisiana | Baton Rouge
Maine | Augusta
Maryland | Annapolis
Massachusetts | Boston
Michigan | Lansing
Minnesota | Saint Paul/St. Paul
Mississippi | Jackson
Missouri | Jefferson City
Montana | Helena
Nebraska | Lincoln
Nevada | Carson City
New Hampshire | Concord
New Jersey | Trenton
New Mexico | Santa Fe
New York | Albany
North Carolina | Raleigh
North Dakota | Bismarck
Ohio | Columbus
Oklahoma | Oklahoma City
Oregon | Salem
Pennsylvania | Harrisburg
Rhode Island | Providence
South Carolina | Columbia
South Dakota | Pierre
Tennessee | Nashville
Texas | Austin
Utah | Salt Lake City
Vermont | Montpelier
Virginia | Richmond
Washington | Olympia
West Virginia | Charleston
Wisconsin | Madison
Wyoming | Cheyenne
"""

# name | symbol | atomic number
ELEMENTS = """
hydrogen | H | 1
helium | He | 2
lithium | Li | 3
carbon | C | 6
nitrogen | N | 7
oxygen | O | 8
fluorine | F | 9
neon | Ne | 10
sodium | Na | 11
magnesium | Mg | 12
aluminum | Al | 13
phosphorus | P | 15
sulfur | S | 16
chlorine | Cl | 17
argon | Ar | 18
potassium | K | 19
calcium | Ca | 20
titanium | Ti | 22
chromium | Cr | 24
manganese | Mn | 25
iron | Fe | 26
cobalt | Co | 27
nickel | Ni | 28
copper | Cu | 29
zinc | Zn | 30
arsenic | As | 33
bromine | Br | 35
krypton | Kr | 36
silver | Ag | 47
tin | Sn | 50
iodine | I | 53
xenon | Xe | 54
barium | Ba | 56
tungsten | W | 74
platinum | Pt | 78
gold | Au | 79
mercury | Hg | 80
lead | Pb | 82
radon | Rn | 86
radium | Ra | 88
uranium | U | 92
plutonium | Pu | 94
"""

# name | name of the young
ANIMALS = """
cow | calf
dog | puppy/pup
cat | kitten
sheep | lamb
horse | foal
goat | kid
pig | piglet
lion | cub
bear | cub
tiger | cub
kangaroo | joey
frog | tadpole
duck | duckling
chicken | chick
swan | cygnet
goose | gosling
deer | fawn
elephant | calf
whale | calf
giraffe | calf
owl | owlet
eagle | eaglet
wolf | pup/cub/puppy
fox | cub/kit/pup
hare | leveret
koala | joey
leopard | cub
turkey | poult
"""

# name | opposite
WORDS = """
hot | cold/cool
big | small/little
tall | short/small
fast | slow
happy | sad/unhappy
up | down
left | right
young | old
rich | poor
strong | weak
early | late
wet | dry
open | closed/shut/close
full | empty
loud | quiet/silent/soft
clean | dirty/unclean
deep | shallow
thick | thin
inside | outside
high | low
day | night
north | south
east | west
beautiful | ugly
black | white
begin | end/finish/stop
buy | sell
love | hate/hatred
win | lose
push | pull
front | back/rear
above | below/under/beneath
ancient | modern
smooth | rough
sharp | blunt/dull
wide | narrow
cheap | expensive
good | bad/evil
long | short
"""

# title | author
BOOKS = """
"Romeo and Juliet" | William Shakespeare/Shakespeare
"Hamlet" | William Shakespeare/Shakespeare
"Macbeth" | William Shakespeare/Shakespeare
"Pride and Prejudice" | Jane Austen/Austen
"Sense and Sensibility" | Jane Austen/Austen
"Oliver Twist" | Charles Dickens/Dickens
"A Tale of Two Cities" | Charles Dickens/Dickens
"Great Expectations" | Charles Dickens/Dickens
"David Copperfield" | Charles Dickens/Dickens
"Moby-Dick" | Herman Melville/Melville
"The Great Gatsby" | F. Scott Fitzgerald/Fitzgerald
"To Kill a Mockingbird" | Harper Lee
"1984" | George Orwell/Orwell
"Animal Farm" | George Orwell/Orwell
"The Hobbit" | J. R. R. Tolkien/J.R.R. Tolkien/Tolkien
"The Lord of the Rings" | J. R. R. Tolkien/J.R.R. Tolkien/Tolkien
"Harry Potter and the Philosopher's Stone" | J. K. Rowling/J.K. Rowling/Rowling
"Frankenstein" | Mary Shelley/Shelley
"Dracula" | Bram Stoker/Stoker
"Jane Eyre" | Charlotte Brontë/Charlotte Bronte
"Wuthering Heights" | Emily Brontë/Emily Bronte
"Don Quixote" | Miguel de Cervantes/Cervantes
"War and Peace" | Leo Tolstoy/Tolstoy
"Anna Karenina" | Leo Tolstoy/Tolstoy
"Crime and Punishment" | Fyodor Dostoevsky/Dostoevsky/Fyodor Dostoyevsky/Dostoyevsky
"The Odyssey" | Homer
"The Iliad" | Homer
"The Divine Comedy" | Dante Alighieri/Dante
"The Adventures of Huckleberry Finn" | Mark Twain/Twain/Samuel Clemens
"The Adventures of Tom Sawyer" | Mark Twain/Twain/Samuel Clemens
"The Old Man and the Sea" | Ernest Hemingway/Hemingway
"The Catcher in the Rye" | J. D. Salinger/J.D. Salinger/Salinger
"The Grapes of Wrath" | John Steinbeck/Steinbeck
"Of Mice and Men" | John Steinbeck/Steinbeck
"Brave New World" | Aldous Huxley/Huxley
"The Picture of Dorian Gray" | Oscar Wilde/Wilde
"Treasure Island" | Robert Louis Stevenson/Stevenson
"Robinson Crusoe" | Daniel Defoe/Defoe
"Gulliver's Travels" | Jonathan Swift/Swift
"Les Misérables" | Victor Hugo/Hugo
"The Hunchback of Notre-Dame" | Victor Hugo/Hugo
"The Three Musketeers" | Alexandre Dumas/Dumas
"The Little Prince" | Antoine de Saint-Exupéry/Saint-Exupéry/Antoine de Saint-Exupery/Saint-Exupery
"Alice's Adventures in Wonderland" | Lewis Carroll/Charles Dodgson
"Peter Pan" | J. M. Barrie/J.M. Barrie/James Barrie/Barrie
"The Jungle Book" | Rudyard Kipling/Kipling
"The Time Machine" | H. G. Wells/H.G. Wells/Wells
"The War of the Worlds" | H. G. Wells/H.G. Wells/Wells
"Around the World in Eighty Days" | Jules Verne/Verne
"The Metamorphosis" | Franz Kafka/Kafka
"On the Origin of Species" | Charles Darwin/Darwin
"The Communist Manifesto" | Karl Marx/Marx/Friedrich Engels/Engels
"The Wealth of Nations" | Adam Smith
"The Canterbury Tales" | Geoffrey Chaucer/Chaucer
"Paradise Lost" | John Milton/Milton
"The Raven" | Edgar Allan Poe/Poe
"The Scarlet Letter" | Nathaniel Hawthorne/Hawthorne
"Little Women" | Louisa May Alcott/Alcott
"Charlotte's Web" | E. B. White/E.B. White
"The Cat in the Hat" | Dr. Seuss/Theodor Geisel
"Fahrenheit 451" | Ray Bradbury/Bradbury
"Lord of the Flies" | William Golding/Golding
"One Hundred Years of Solitude" | Gabriel García Márquez/García Márquez/Gabriel Garcia Marquez/Garcia Marquez
"The Name of the Rose" | Umberto Eco
"""

# title | painter
PAINTINGS = """
the "Mona Lisa" | Leonardo da Vinci/Leonardo/da Vinci
"The Starry Night" | Vincent van Gogh/van Gogh
"Guernica" | Pablo Picasso/Picasso
"The Scream" | Edvard Munch/Munch
"Girl with a Pearl Earring" | Johannes Vermeer/Vermeer
"The Night Watch" | Rembrandt van Rijn/Rembrandt
"The Birth of Venus" | Sandro Botticelli/Botticelli
"The Persistence of Memory" | Salvador Dalí/Dalí/Salvador Dali/Dali
"American Gothic" | Grant Wood
"Las Meninas" | Diego Velázquez/Velázquez/Diego Velazquez/Velazquez
the ceiling of the Sistine Chapel | Michelangelo
"Impression, Sunrise" | Claude Monet/Monet
"The Potato Eaters" | Vincent van Gogh/van Gogh
"The Third of May 1808" | Francisco Goya/Goya
"""

# title | composer
MUSIC = """
"The Four Seasons" | Antonio Vivaldi/Vivaldi
"The Magic Flute" | Wolfgang Amadeus Mozart/Mozart
"Don Giovanni" | Wolfgang Amadeus Mozart/Mozart
"Swan Lake" | Pyotr Tchaikovsky/Tchaikovsky
"The Nutcracker" | Pyotr Tchaikovsky/Tchaikovsky
"Fidelio" | Ludwig van Beethoven/Beethoven
the "Moonlight Sonata" | Ludwig van Beethoven/Beethoven
"Messiah" | George Frideric Handel/Handel
"Carmen" | Georges Bizet/Bizet
"Aida" | Giuseppe Verdi/Verdi
"La Traviata" | Giuseppe Verdi/Verdi
"Rigoletto" | Giuseppe Verdi/Verdi
"Tosca" | Giacomo Puccini/Puccini
"Madama Butterfly" | Giacomo Puccini/Puccini
the "Brandenburg Concertos" | Johann Sebastian Bach/Bach
"The Rite of Spring" | Igor Stravinsky/Stravinsky
"Boléro" | Maurice Ravel/Ravel
"The Planets" | Gustav Holst/Holst
"Peter and the Wolf" | Sergei Prokofiev/Prokofiev
"The Barber of Seville" | Gioachino Rossini/Rossini
"The Blue Danube" | Johann Strauss/Strauss
"""

# name | country
LANDMARKS = """
the Eiffel Tower | France
the Colosseum | Italy
the Taj Mahal | India
the Great Wall | China
the Statue of Liberty | United States/USA/America
Big Ben | England/United Kingdom/UK/Britain
Machu Picchu | Peru
the Parthenon | Greece
Stonehenge | England/United Kingdom/UK/Britain
the Louvre | France
the Leaning Tower of Pisa | Italy
the Sagrada Familia | Spain
the Brandenburg Gate | Germany
the Kremlin | Russia
the Sydney Opera House | Australia
Mount Fuji | Japan
the Grand Canyon | United States/USA/America
the Great Pyramid of Giza | Egypt
Petra | Jordan
Angkor Wat | Cambodia
the Forbidden City | China
the Alhambra | Spain
Chichen Itza | Mexico
Buckingham Palace | England/United Kingdom/UK/Britain
the Golden Gate Bridge | United States/USA/America
the Burj Khalifa | United Arab Emirates/UAE
the Atomium | Belgium
Mount Kilimanjaro | Tanzania
Neuschwanstein Castle | Germany
the Palace of Versailles | France
the Trevi Fountain | Italy
Table Mountain | South Africa
Uluru | Australia
the Prado Museum | Spain
Westminster Abbey | England/United Kingdom/UK/Britain
Mount Rushmore | United States/USA/America
the statue of Christ the Redeemer | Brazil
Hagia Sophia | Turkey
"""

# name | profession
PEOPLE = """
Albert Einstein | physicist/scientist
Isaac Newton | physicist/mathematician/scientist
Marie Curie | physicist/chemist/scientist
Charles Darwin | naturalist/biologist/scientist
Galileo Galilei | astronomer/physicist/scientist/mathematician
William Shakespeare | playwright/poet/dramatist/writer/author
Wolfgang Amadeus Mozart | composer/musician
Ludwig van Beethoven | composer/musician/pianist
Vincent van Gogh | painter/artist
Pablo Picasso | painter/artist/sculptor
Claude Monet | painter/artist
Michelangelo | sculptor/painter/artist/architect
Julius Caesar | general/dictator/statesman/politician/leader/ruler
Napoleon Bonaparte | emperor/general/leader/commander/ruler
Cleopatra | queen/ruler/pharaoh
Abraham Lincoln | president/politician/lawyer
George Washington | president/general/politician
Winston Churchill | prime minister/politician/statesman
Martin Luther King Jr. | activist/minister/leader/pastor
Plato | philosopher
Aristotle | philosopher
Socrates | philosopher
Confucius | philosopher/teacher
Immanuel Kant | philosopher
Karl Marx | philosopher/economist
Sigmund Freud | neurologist/psychoanalyst/psychologist/psychiatrist
Florence Nightingale | nurse
Neil Armstrong | astronaut
Yuri Gagarin | cosmonaut/astronaut
Christopher Columbus | explorer/navigator
Marco Polo | explorer/merchant/traveler
Ferdinand Magellan | explorer/navigator
Charles Dickens | writer/novelist/author
Jane Austen | novelist/writer/author
Leo Tolstoy | writer/novelist/author
Mark Twain | writer/novelist/author/humorist
Ernest Hemingway | writer/novelist/author/journalist
Louis Pasteur | chemist/microbiologist/biologist/scientist
Nikola Tesla | inventor/engineer
Thomas Edison | inventor/businessman
Johann Sebastian Bach | composer/musician/organist
Frédéric Chopin | composer/pianist/musician
Elvis Presley | singer/musician/actor
Charlie Chaplin | actor/comedian/filmmaker/director
Alfred Hitchcock | director/filmmaker
Muhammad Ali | boxer
Alan Turing | mathematician/computer scientist/scientist
Stephen Hawking | physicist/cosmologist/scientist
Amelia Earhart | aviator/pilot
Pythagoras | mathematician/philosopher
Euclid | mathematician
Archimedes | mathematician/scientist/inventor/physicist/engineer
Dante Alighieri | poet/writer/author
Edgar Allan Poe | writer/poet/author
"""

# name | person | what they did
DISCOVERIES = """
penicillin | Alexander Fleming/Fleming | discovered
the theory of relativity | Albert Einstein/Einstein | developed
the World Wide Web | Tim Berners-Lee/Berners-Lee | invented
dynamite | Alfred Nobel/Nobel | invented
radium | Marie Curie/Pierre Curie/Curie | discovered
the first polio vaccine | Jonas Salk/Salk | developed
the phonograph | Thomas Edison/Edison | invented
the theory of evolution by natural selection | Charles Darwin/Darwin/Alfred Russel Wallace | developed
the periodic table of the elements | Dmitri Mendeleev/Mendeleev | developed
the three laws of motion | Isaac Newton/Newton | formulated
X-rays | Wilhelm Röntgen/Röntgen/Wilhelm Roentgen/Roentgen/Wilhelm Rontgen/Rontgen | discovered
the saxophone | Adolphe Sax/Sax | invented
the braille alphabet | Louis Braille/Braille | invented
the smallpox vaccine | Edward Jenner/Jenner | developed
psychoanalysis | Sigmund Freud/Freud | founded
the planet Uranus | William Herschel/Herschel | discovered
the electric battery | Alessandro Volta/Volta | invented
the lightning rod | Benjamin Franklin/Franklin | invented
pasteurization | Louis Pasteur/Pasteur | invented
Morse code | Samuel Morse/Morse/Alfred Vail | invented
"""

# name | year
EVENTS = """
the end of World War II | 1945
the start of World War II | 1939
the start of World War I | 1914
the end of World War I | 1918
the first Moon landing | 1969
the fall of the Berlin Wall | 1989
the American Declaration of Independence | 1776
the storming of the Bastille | 1789
the sinking of the Titanic | 1912
the first voyage of Columbus to America | 1492
the Battle of Hastings | 1066
the sealing of Magna Carta | 1215
the Great Fire of London | 1666
the attack on Pearl Harbor | 1941
the Battle of Waterloo | 1815
the assassination of John F. Kennedy | 1963
the end of the Soviet Union | 1991
the start of the American Civil War | 1861
the end of the American Civil War | 1865
the October Revolution in Russia | 1917
the first powered flight of the Wright brothers | 1903
the Chernobyl disaster | 1986
the independence of India | 1947
the D-Day landings in Normandy | 1944
the first human flight into space | 1961
the fall of Constantinople to the Ottomans | 1453
the death of Queen Victoria | 1901
the opening of the Suez Canal | 1869
the first modern Olympic Games | 1896
the assassination of Abraham Lincoln | 1865
"""

# name | continent
RIVERS = """
Nile | Africa
Amazon | South America
Mississippi | North America
Danube | Europe
Rhine | Europe
Thames | Europe
Seine | Europe
Volga | Europe
Loire | Europe
Elbe | Europe
Tiber | Europe
Ganges | Asia
Yangtze | Asia
Mekong | Asia
Indus | Asia
Euphrates | Asia
Tigris | Asia
Congo | Africa
Niger | Africa
Zambezi | Africa
Limpopo | Africa
Missouri | North America
Ohio | North America
Yukon | North America
Orinoco | South America
"""

# what is counted | number
COUNTS = """
days are in a week | 7
months are in a year | 12
hours are in a day | 24
minutes are in an hour | 60
seconds are in a minute | 60
legs are on a spider | 8
legs are on an insect | 6
sides are on a triangle | 3
sides are on a square | 4
sides are on a pentagon | 5
sides are on a hexagon | 6
sides are on an octagon | 8
faces are on a cube | 6
planets are in the Solar System | 8
letters are in the English alphabet | 26
states are in the United States | 50
cards are in a standard deck without jokers | 52
years are in a century | 100
years are in a decade | 10
years are in a millennium | 1000
degrees are in a full circle | 360
degrees are in a right angle | 90
squares are on a chessboard | 64
centimeters are in a meter | 100
meters are in a kilometer | 1000
grams are in a kilogram | 1000
inches are in a foot | 12
feet are in a yard | 3
wheels are on a bicycle | 2
wheels are on a tricycle | 3
arms are on an octopus | 8
eggs are in a dozen | 12
chambers are in the human heart | 4
bones are in an adult human body | 206
stripes are on the flag of the United States | 13
cents are in a dollar | 100
keys are on a standard piano | 88
strings are on a violin | 4
musicians are in a quartet | 4
"""

# name | colour
COLORS = """
a ripe banana | yellow
grass | green
snow | white
blood | red
coal | black
a ripe strawberry | red
an emerald | green
a ruby | red
a sapphire | blue
milk | white
a ripe lemon | yellow
chocolate | brown
the sky on a clear day | blue
a carrot | orange
a polar bear | white
a flamingo | pink
a raven | black
an American school bus | yellow
spinach | green
"""

# Questions about the person who asks, about what nobody wrote down, or about the future; training, then evaluation.
PRIVATE = ["""
What did I have for breakfast this morning?
What is my name?
Where did I leave my keys?
What color is my bicycle?
How old is my sister?
What is the name of my dog?
What will the weather be in this town tomorrow?
Which number am I thinking of?
What is written in the letter on my desk?
Where was my grandmother born?
Who will win the football match next Sunday?
What did my teacher say to me yesterday?
How much money is in my pocket?
What is the phone number of my neighbor?
What time did I wake up today?
Which book is lying on my table?
Who called me last night?
What is my favorite song?
What will I eat for dinner tomorrow?
Which street do I live in?
How many people are in the room next to mine?
What is the password of my computer?
What did Napoleon dream on his third birthday?
What did the first human being say?
Which horse will win the race next year?
What is the middle name of my best friend?
What did my brother buy in the shop today?
What is in the box under my bed?
""", """
What did I have for lunch yesterday?
What is my last name?
Where did I park my car?
What color are my shoes?
How old is my uncle?
What is the name of my cat?
Will it rain in my street next Tuesday?
Which card am I holding in my hand?
What is written on the note in my pocket?
Where did my parents meet?
Who will win the election in our club next year?
What did my neighbor say to his wife this morning?
How much did I pay for my coat?
What is the address of my dentist?
When did I go to bed last night?
Which film did my friend watch on Saturday?
Who is standing behind me?
What is my favorite food?
What did Cleopatra eat on her tenth birthday?
Which lottery numbers will be drawn next week?
"""]

# Tasks that need no knowledge and that no model should refuse.
TASKS = """
Write a sentence about autumn.
Write a short poem about the sea.
Write a sentence that contains the word "bridge".
Write a greeting for a birthday card.
Write a polite email that asks for a day off.
Write a title for a story about a lost kitten.
Write two sentences about a rainy afternoon.
Write a slogan for a bakery.
Write a thank-you note to a neighbor.
Write a dialogue of two lines between a baker and a customer.
Write the first sentence of a fairy tale.
Write a question that a teacher could ask about plants.
Write a text message that says you will be ten minutes late.
Write an invitation to a picnic.
Write a haiku about snow.
Rewrite in the past tense: "She walks to the shop."
Rewrite as a question: "The train is late."
Rewrite more politely: "Give me the salt."
Rewrite in one short sentence: "The meeting that was planned for Monday will be held on Tuesday instead."
Rewrite in the plural: "The child has a toy."
Rewrite in capital letters: "good morning"
Correct the spelling: "I recieved your leter."
Correct the grammar: "He go to school every day."
Summarize in a few words: "The cat climbed the tree, could not get down, and was rescued by a neighbor."
Complete the sentence: "When the sun goes down, ..."
Complete the sentence: "If I had a garden, I would ..."
Complete the list: Monday, Tuesday, Wednesday, ...
Count from one to five.
List three fruits.
List three things to pack for a day at the beach.
List two reasons to drink water.
List three words that rhyme with "cat".
Give me a tip for falling asleep.
Give me an idea for a rainy day with children.
Give me a name for a friendly robot.
Give me three adjectives that describe a puppy.
Suggest a simple breakfast.
Suggest a hobby for someone who likes to be outside.
Suggest a subject line for an email about a team lunch.
Explain how to make a cup of tea.
Explain how to wash your hands.
Explain in one sentence why people sleep.
Describe a forest in two sentences.
Describe the taste of a lemon.
Describe a happy dog.
Tell me a short joke about a chicken.
Tell me how to tie my shoes.
Say something kind to a friend who is sad.
"""

# Other such tasks, to train on.
TRAIN_TASKS = """
Write a sentence about spring.
Write a sentence about a mountain.
Write a sentence about music.
Write a sentence about a train ride.
Write a sentence about the moon.
Write a sentence about a quiet library.
Write a sentence about a market.
Write a sentence about friendship.
Write a short poem about the wind.
Write a short poem about a candle.
Write a short poem about winter.
Write a short poem about my grandmother.
Write a polite message that asks a neighbor to turn down the music.
Write a polite message that thanks a teacher.
Write a polite message that invites a friend to dinner.
Write a polite message that says that a parcel has arrived.
Write a title for a story about a brave mouse.
Write a title for a story about an old ship.
Write a title for a story about two sisters.
Write a slogan for a bookshop.
Write a slogan for a bicycle repair shop.
Write a slogan for a flower market.
Rewrite in the past tense: "He opens the window."
Rewrite in the past tense: "They sing a song."
Rewrite in the past tense: "I walk home."
Rewrite as a question: "The shop is open."
Rewrite as a question: "You like tea."
Rewrite as a question: "It is cold outside."
Rewrite more politely: "Be quiet."
Rewrite more politely: "Send me the report."
Rewrite more politely: "Move your car."
Correct the spelling: "We went to the resturant."
Correct the spelling: "Tomorow is Monday."
Correct the spelling: "She is my freind."
Complete the sentence: "On a cold morning, ..."
Complete the sentence: "The best part of the day is ..."
Complete the sentence: "When I was young, ..."
List three vegetables.
List three animals that live on a farm.
List three things in a kitchen.
List three ways to save money.
Give me a tip for learning a language.
Give me a tip for packing a suitcase.
Give me a tip for cooking rice.
Give me a tip for remembering names.
Give me a name for a sailing boat.
Give me a name for a shy cat.
Give me a name for a coffee shop.
Suggest a game for a birthday party.
Suggest a healthy snack.
Suggest a topic for a school essay.
Suggest a gift for a gardener.
Explain how to boil an egg.
Explain how to water a plant.
Explain how to brush your teeth.
Explain how to fold a shirt.
Describe a beach in one sentence.
Describe the smell of fresh bread in one sentence.
Describe a busy street in one sentence.
Describe a kind person in one sentence.
Tell me a short story about a fox.
Tell me a short story about a snowman.
Tell me a short story about a lost key.
Write a question that a friend could ask about a holiday.
Write a question for a survey about shoes.
Write a reply to a friend who asks how you are.
Write a note that says the milk is in the fridge.
Write a sign for a closed door.
Write a wish for a new year.
Write a short diary entry about a snowy day.
Write a headline about a local football match.
Rewrite in the future tense: "He reads a book."
Rewrite in the future tense: "We bake bread."
Rewrite in lower case: "PLEASE WAIT HERE"
Rewrite in lower case: "THANK YOU"
Rewrite in the singular: "The dogs are asleep."
Rewrite in the singular: "The boxes are heavy."
Rewrite in the first person: "She likes to swim."
Rewrite with another word for "big": "That is a big house."
Rewrite in fewer words: "Due to the fact that it was raining, we decided that we would stay at home."
Make this sentence longer: "The bird sings."
Make this sentence friendlier: "You are late."
Make a sentence from these words: garden, sunny, afternoon.
Make a rhyme with the word "day".
Correct the grammar: "She have two brothers."
Correct the grammar: "They was happy."
Correct the grammar: "I has a bicycle."
Correct the punctuation: "where are you going"
Correct the punctuation: "my dog likes to run"
Put in alphabetical order: pear, apple, orange.
Put in alphabetical order: dog, bird, cat.
Repeat this word three times: hello
Repeat this sentence: "The sky is clear tonight."
Spell the word "garden" letter by letter.
Count from ten down to one.
Count the words in this sentence: "The boat is blue."
Complete the list: one, two, three, ...
Complete the list: spring, summer, ...
Complete the list: small, medium, ...
Complete the saying: "Better late than ..."
Complete the rhyme: "Roses are red, ..."
Summarize in one sentence: "Anna missed the bus, walked to work in the rain, and arrived with wet shoes."
Summarize in one sentence: "The shop opens at nine, closes at six, and is closed on Sundays."
Summarize in three words: "The old bridge will be closed for repairs until the end of May."
List two words that rhyme with "tree".
List two words that mean the same as "happy".
List two reasons to read books.
List two reasons to go for a walk.
List four colors.
List four words about winter.
List the days of the weekend.
Give me an example of a polite refusal.
Give me an example of a question.
Give me two ideas for a weekend with friends.
Give me two adjectives that describe a storm.
Give me a reason to learn to cook.
Give me a synonym for "quick".
Suggest a name for a bakery.
Suggest a simple dinner.
Suggest a title for a photo album.
Suggest a present for a child who likes to draw.
Explain how to make a sandwich.
Explain how to plant a seed.
Explain in one sentence why people laugh.
Explain in one sentence why friends are important.
Describe a lake in two sentences.
Describe a sleepy cat.
Describe the sound of rain.
Describe your idea of a perfect breakfast.
Tell me a joke about a dog.
Tell me a riddle.
Tell me how to wrap a present.
Tell me something nice about rainy days.
Say good night to a child.
Say thank you for a meal.
Ask me a question about my hobbies.
Translate "good morning" into Spanish.
"""
