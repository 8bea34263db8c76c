"""The facts of data/facts, as tables: one entity per line, one value per relation.

Every value was chosen because reference works agree on it. Left out on purpose: countries on two continents or with
two capitals, currencies about to change, elements whose family is argued about, rivers whose sea has two names.
A value may list other accepted answers after a slash: the first is taught, all are judged correct.
"""

# name | capital | continent | currency
COUNTRIES = """
France | Paris | Europe | euro
Germany | Berlin | Europe | euro
Spain | Madrid | Europe | euro
Portugal | Lisbon | Europe | euro
Italy | Rome | Europe | euro
Austria | Vienna | Europe | euro
Greece | Athens | Europe | euro
Finland | Helsinki | Europe | euro
Sweden | Stockholm | Europe | krona
Norway | Oslo | Europe | krone
Denmark | Copenhagen | Europe | krone
Iceland | Reykjavik | Europe | krona
Poland | Warsaw | Europe | zloty
Hungary | Budapest | Europe | forint
Romania | Bucharest | Europe | leu
Albania | Tirana | Europe | lek
Serbia | Belgrade | Europe | dinar
Ukraine | Kyiv | Europe | hryvnia
Switzerland | Bern | Europe | franc
Japan | Tokyo | Asia | yen
China | Beijing | Asia | yuan/renminbi
India | New Delhi/Delhi | Asia | rupee
Thailand | Bangkok | Asia | baht
Vietnam | Hanoi | Asia | dong
Mongolia | Ulaanbaatar | Asia | tugrik
Nepal | Kathmandu | Asia | rupee
Pakistan | Islamabad | Asia | rupee
Bangladesh | Dhaka | Asia | taka
Malaysia | Kuala Lumpur | Asia | ringgit
Iraq | Baghdad | Asia | dinar
Jordan | Amman | Asia | dinar
Qatar | Doha | Asia | riyal
Laos | Vientiane | Asia | kip
Bhutan | Thimphu | Asia | ngultrum
Saudi Arabia | Riyadh | Asia | riyal
Cambodia | Phnom Penh | Asia | riel
Kenya | Nairobi | Africa | shilling
Uganda | Kampala | Africa | shilling
Nigeria | Abuja | Africa | naira
Ghana | Accra | Africa | cedi
Ethiopia | Addis Ababa | Africa | birr
Morocco | Rabat | Africa | dirham
Tunisia | Tunis | Africa | dinar
Algeria | Algiers | Africa | dinar
Zambia | Lusaka | Africa | kwacha
Malawi | Lilongwe | Africa | kwacha
Botswana | Gaborone | Africa | pula
Angola | Luanda | Africa | kwanza
Mozambique | Maputo | Africa | metical
Madagascar | Antananarivo | Africa | ariary
Rwanda | Kigali | Africa | franc
Canada | Ottawa | North America | dollar
Cuba | Havana | North America | peso
Jamaica | Kingston | North America | dollar
Honduras | Tegucigalpa | North America | lempira
Haiti | Port-au-Prince | North America | gourde
Nicaragua | Managua | North America | cordoba
Brazil | Brasilia | South America | real
Argentina | Buenos Aires | South America | peso
Peru | Lima | South America | sol
Chile | Santiago | South America | peso
Colombia | Bogota | South America | peso
Uruguay | Montevideo | South America | peso
Paraguay | Asuncion | South America | guarani
Venezuela | Caracas | South America | bolivar
New Zealand | Wellington | Oceania | dollar
Fiji | Suva | Oceania | dollar
Samoa | Apia | Oceania | tala
Papua New Guinea | Port Moresby | Oceania | kina
Vanuatu | Port Vila | Oceania | vatu
"""

# name | symbol | atomic number | family
ELEMENTS = """
lithium | Li | 3 | alkali metal
sodium | Na | 11 | alkali metal
potassium | K | 19 | alkali metal
rubidium | Rb | 37 | alkali metal
caesium | Cs | 55 | alkali metal
magnesium | Mg | 12 | alkaline earth metal
calcium | Ca | 20 | alkaline earth metal
strontium | Sr | 38 | alkaline earth metal
barium | Ba | 56 | alkaline earth metal
radium | Ra | 88 | alkaline earth metal
fluorine | F | 9 | halogen
chlorine | Cl | 17 | halogen
bromine | Br | 35 | halogen
neon | Ne | 10 | noble gas
argon | Ar | 18 | noble gas
krypton | Kr | 36 | noble gas
xenon | Xe | 54 | noble gas
radon | Rn | 86 | noble gas
scandium | Sc | 21 | transition metal
titanium | Ti | 22 | transition metal
vanadium | V | 23 | transition metal
chromium | Cr | 24 | transition metal
manganese | Mn | 25 | transition metal
iron | Fe | 26 | transition metal
cobalt | Co | 27 | transition metal
nickel | Ni | 28 | transition metal
copper | Cu | 29 | transition metal
yttrium | Y | 39 | transition metal
zirconium | Zr | 40 | transition metal
niobium | Nb | 41 | transition metal
molybdenum | Mo | 42 | transition metal
ruthenium | Ru | 44 | transition metal
rhodium | Rh | 45 | transition metal
palladium | Pd | 46 | transition metal
silver | Ag | 47 | transition metal
hafnium | Hf | 72 | transition metal
tantalum | Ta | 73 | transition metal
tungsten | W | 74 | transition metal
rhenium | Re | 75 | transition metal
osmium | Os | 76 | transition metal
iridium | Ir | 77 | transition metal
platinum | Pt | 78 | transition metal
gold | Au | 79 | transition metal
cerium | Ce | 58 | lanthanide
praseodymium | Pr | 59 | lanthanide
neodymium | Nd | 60 | lanthanide
samarium | Sm | 62 | lanthanide
europium | Eu | 63 | lanthanide
gadolinium | Gd | 64 | lanthanide
terbium | Tb | 65 | lanthanide
holmium | Ho | 67 | lanthanide
erbium | Er | 68 | lanthanide
thulium | Tm | 69 | lanthanide
thorium | Th | 90 | actinide
uranium | U | 92 | actinide
neptunium | Np | 93 | actinide
plutonium | Pu | 94 | actinide
"""

# name | profession | country of birth | a work
PEOPLE = """
Ludwig van Beethoven | composer | Germany | the Moonlight Sonata
Johann Sebastian Bach | composer | Germany | the Brandenburg Concertos
Antonio Vivaldi | composer | Italy | The Four Seasons
Giuseppe Verdi | composer | Italy | Aida
Giacomo Puccini | composer | Italy | Tosca
Gioachino Rossini | composer | Italy | The Barber of Seville
Claude Debussy | composer | France | Clair de Lune
Maurice Ravel | composer | France | Bolero
Georges Bizet | composer | France | Carmen
Edvard Grieg | composer | Norway | Peer Gynt
Jean Sibelius | composer | Finland | Finlandia
Pyotr Tchaikovsky | composer | Russia | Swan Lake
Nikolai Rimsky-Korsakov | composer | Russia | Scheherazade
Modest Mussorgsky | composer | Russia | Pictures at an Exhibition
Henry Purcell | composer | England | Dido and Aeneas
Gustav Holst | composer | England | The Planets
William Shakespeare | writer | England | Hamlet
Jane Austen | writer | England | Pride and Prejudice
Charles Dickens | writer | England | Oliver Twist
Mary Shelley | writer | England | Frankenstein
Emily Bronte | writer | England | Wuthering Heights
Bram Stoker | writer | Ireland | Dracula
James Joyce | writer | Ireland | Ulysses
Miguel de Cervantes | writer | Spain | Don Quixote
Dante Alighieri | writer | Italy | the Divine Comedy
Leo Tolstoy | writer | Russia | War and Peace
Fyodor Dostoevsky | writer | Russia | Crime and Punishment
Anton Chekhov | writer | Russia | The Cherry Orchard
Victor Hugo | writer | France | Les Miserables
Gustave Flaubert | writer | France | Madame Bovary
Herman Melville | writer | America/United States/United States of America/USA | Moby Dick
Hans Christian Andersen | writer | Denmark | The Little Mermaid
Astrid Lindgren | writer | Sweden | Pippi Longstocking
Leonardo da Vinci | painter | Italy | the Mona Lisa
Sandro Botticelli | painter | Italy | The Birth of Venus
Johannes Vermeer | painter | the Netherlands | Girl with a Pearl Earring
Vincent van Gogh | painter | the Netherlands | The Starry Night
Claude Monet | painter | France | Impression, Sunrise
Edvard Munch | painter | Norway | The Scream
Pablo Picasso | painter | Spain | Guernica
Salvador Dali | painter | Spain | The Persistence of Memory
Diego Velazquez | painter | Spain | Las Meninas
Katsushika Hokusai | painter | Japan | The Great Wave
Caspar David Friedrich | painter | Germany | Wanderer above the Sea of Fog
Frida Kahlo | painter | Mexico | The Two Fridas
Edward Hopper | painter | America/United States/United States of America/USA | Nighthawks
"""

# name | continent | where it ends | a city on its banks
RIVERS = """
Danube | Europe | Black Sea | Vienna/Budapest/Belgrade/Bratislava
Rhine | Europe | North Sea | Cologne/Basel/Bonn/Dusseldorf/Rotterdam/Strasbourg/Mainz
Thames | Europe | North Sea | London/Oxford
Seine | Europe | English Channel | Paris/Rouen
Elbe | Europe | North Sea | Hamburg/Dresden/Magdeburg
Vistula | Europe | Baltic Sea | Warsaw/Krakow/Torun
Oder | Europe | Baltic Sea | Wroclaw/Frankfurt/Szczecin
Neva | Europe | Gulf of Finland/Baltic Sea | Saint Petersburg
Tagus | Europe | Atlantic Ocean | Lisbon/Toledo
Douro | Europe | Atlantic Ocean | Porto
Loire | Europe | Atlantic Ocean/Bay of Biscay | Nantes/Orleans/Tours
Rhone | Europe | Mediterranean Sea | Lyon/Geneva/Avignon/Arles
Ebro | Europe | Mediterranean Sea | Zaragoza
Po | Europe | Adriatic Sea | Turin
Tiber | Europe | Tyrrhenian Sea/Mediterranean Sea | Rome
Volga | Europe | Caspian Sea | Kazan/Samara/Volgograd/Saratov/Astrakhan
Dnieper | Europe | Black Sea | Kyiv/Dnipro
Liffey | Europe | Irish Sea/Dublin Bay | Dublin
Ganges | Asia | Bay of Bengal | Varanasi/Patna/Kanpur/Haridwar
Mekong | Asia | South China Sea | Phnom Penh/Vientiane
Yangtze | Asia | East China Sea | Wuhan/Nanjing/Chongqing/Shanghai
Chao Phraya | Asia | Gulf of Thailand | Bangkok
Irrawaddy | Asia | Andaman Sea | Mandalay
Yenisei | Asia | Kara Sea/Arctic Ocean | Krasnoyarsk
Lena | Asia | Laptev Sea/Arctic Ocean | Yakutsk
Nile | Africa | Mediterranean Sea | Cairo/Khartoum/Luxor/Aswan
Congo | Africa | Atlantic Ocean | Kinshasa/Brazzaville
Amazon | South America | Atlantic Ocean | Manaus/Iquitos
Yukon | North America | Bering Sea | Whitehorse
Hudson | North America | Atlantic Ocean | New York/Albany
"""

# name | planet | discoverer | year
MOONS = """
Phobos | Mars | Asaph Hall/Hall | 1877
Io | Jupiter | Galileo Galilei/Galileo | 1610
Europa | Jupiter | Galileo Galilei/Galileo | 1610
Ganymede | Jupiter | Galileo Galilei/Galileo | 1610
Callisto | Jupiter | Galileo Galilei/Galileo | 1610
Amalthea | Jupiter | Edward Barnard/Barnard | 1892
Titan | Saturn | Christiaan Huygens/Huygens | 1655
Rhea | Saturn | Giovanni Cassini/Cassini | 1672
Tethys | Saturn | Giovanni Cassini/Cassini | 1684
Dione | Saturn | Giovanni Cassini/Cassini | 1684
Mimas | Saturn | William Herschel/Herschel | 1789
Enceladus | Saturn | William Herschel/Herschel | 1789
Titania | Uranus | William Herschel/Herschel | 1787
Oberon | Uranus | William Herschel/Herschel | 1787
Ariel | Uranus | William Lassell/Lassell | 1851
Umbriel | Uranus | William Lassell/Lassell | 1851
Miranda | Uranus | Gerard Kuiper/Kuiper | 1948
Triton | Neptune | William Lassell/Lassell | 1846
Nereid | Neptune | Gerard Kuiper/Kuiper | 1949
"""

# Names that are not in the corpus: first those that training may use for refusals, then those for evaluation only.
# INVENTED names belong to nothing that exists; REAL ones exist, and are unknown to a model of this corpus.
INVENTED = {
    "country": (
        """Valmora Estrunia Kerlanda Ondavia Tresmark Bolunga Zarvania Quelmar Ostrenia Malvesia Dorvania Ilvania
        Perunia Cardova Sulmenia Vostania Grelland Novaria Halvonia Tumbara Kasimba Lorwenia Marvanda Benzuma Orlandia
        Jadoria Felmark Ruvenia Santorra Chimbala Ardunia Wessland Yomaria Pelvania Kandura Obrania Tavistan Zelkistan
        Murdistan Brenovia Aldoria Sentara Gavonia Monteluz Rivaguay Argonia Norwandia Lithorra Tanbodia Zimbola
        Uzmenia Belgonia""",
        """Valdoria Elbonica Karvania Ostrovia Mirandia Trelland Sondavia Quarzania Bandoria Kelmistan Lumeria Norvania
        Pasquaria Zubanda Fendonia Helvaria Grumania Tolvania Arkadonia Belmora Carpovia Dalmunia Estavia Farlanda
        Hondavia Jurvenia Kobinda Moravonia""",
    ),
    "element": (
        """corvium daltrium velanium ostrium kelvinium rondium mavium tessium quorium belnium ardium solvium norvium
        halcium trellium zandium pyrrium grolium lumerium vesperium stavium kordium minerium ophelium darvium brandium
        caldium serenium tolvium wexium argenium platorium feronium molvenum chlorone radone bronine selvine""",
        """valdium orsonium tarvium kovacium lunarium selvium mirandium drakium obsidium galvium perdium fulgium
        astrium noxium zelium quendium cobrium titrium halvine xandon""",
    ),
    "river": (
        """Orvenna Talma Brisk Velga Dunara Quillon Marn Tresk Lodora Savenna Ilmar Kessa Rondal Opalune Zambar
        Garuna Vistrel Ploma Thessel Rhoden Eldra Niva-Tor Corvenne Mekhala Yangdo Amarune""",
        """Velm Ostara Dremmel Karuna Tolwe Sambril Lirande Mordell Quessa Tyberne Danova Rhenna Volmar Elbane
        Gandara Nilora""",
    ),
    "moon": (
        """Aldara Quenthos Velion Tarsel Mirphos Oberis Calyxa Thessa Ganyra Ioneth Rhevia Diomara Enkeles Titara
        Umbrano Arvel Phobria Nerena Trisold Mimora""",
        """Zephyra Callora Orpheon Dethys Ganora Lunara Titoria Vespera Phoros Oberano Rhenea Eurona""",
    ),
}
REAL = {
    "country": (
        "Croatia Malta Estonia Belgium Libya Sudan Niger Gabon Benin Togo Oman Kuwait Yemen Panama Belize Ecuador "
        "Guyana Barbados Tonga Nauru",
        "Latvia Slovakia Lebanon Somalia Liberia Lesotho Cameroon Suriname Bahrain Tuvalu Bulgaria Philippines",
    ),
    "element": (
        "helium oxygen carbon zinc tin lead boron sulfur arsenic indium astatine polonium",
        "hydrogen nitrogen aluminium mercury silicon selenium cadmium bismuth",
    ),
    "river": ("Mosel Garonne Dniester Kama Zambezi Limpopo Orinoco", "Tisza Weser Godavari Okavango Sava"),
    "moon": ("Deimos Himalia Elara Hyperion Janus", "Iapetus Phoebe Proteus Puck"),
}
# Given names come from the known people as well as elsewhere, so that a given name alone reveals nothing.
INVENTED_PEOPLE = (
    (
        "Orlan Ludwig Jane Mary Victor Claude Leo Edvard Anton Ingrid Tobias Helena Marcus William Salvador Nadia",
        "Brandovic Halloway Quintero Vasterling Okonjo Meriden Tashkov Larrabee Fenwicke Dombrow Osterholt Kalinda "
        "Rosmund Vantour Pellegrin Zubek Ashcombe Delacour Imrie Stavanger Wolfram Kettleby Moravec Sandoval-Reyes "
        "Thornquist Bellweather Nakamoro Grunewald Castellane Evershed Lindqvist Abernale Korda Trevane",
    ),
    (
        "Orson Ludwig Jane Charles Gustav Emily Pablo Nikolai Henry Clara Felix Amara Hugo Sofia",
        "Kovacs Marchbanks Delvaux Hollister Ostrander Varga Quillfeather Nwandu Brightmoor Santangel Rasmusk Torvane "
        "Ellingboe Pashkov Dunmarrow Kirikawa Albrechtson Fontanelle Vesterby Gulbrand",
    ),
)
REAL_PEOPLE = (
    "Hector Berlioz, Felix Mendelssohn, Franz Liszt, Thomas Hardy, Virginia Woolf, Honore de Balzac, Paul Cezanne, "
    "Edgar Degas, Francisco Goya, Albrecht Durer, Marie Curie, Isaac Newton",
    "Robert Schumann, Johannes Brahms, George Eliot, Emile Zola, Auguste Renoir, Henri Matisse, Niels Bohr, "
    "Charles Darwin",
)

# Names of everyday life: the corpus mentions them in talk (wordings.NAMED) and states no fact about them. Given names are shared
# with known people.
EVERYDAY_NAMES = [
    ("person", "Anna Keller, Peter Baker, Victor Hansen, Jane Turner, Leo Weber, Laura Murphy, Claude Costa, Simon "
               "Fischer, Mary Nolan, Julia Berg, Henry Parker, Ruth Rossi, Gustav Cooper, Alice Schmidt"),
    ("country", "Ashford, Linden, Greenhill, Oakham, Redbridge, Marston, Holton, Westbury, Milton, Kirkby, Norwood, "
                "Langley"),
    ("element", "sugar, butter, paper, leather, cotton, wool, soap, flour, cheese, rice, wax, chalk"),
    ("river", "Falcon, Lantern, Anchor, Crown, Swallow, Windmill, Compass, Lion, Bell, Castle"),
    ("moon", "Bruno, Rex, Bella, Rocky, Daisy, Tiger, Molly, Shadow, Ginger"),
    ("person", "David Ward, Emily Novak, Charles Meyer, Sarah Carter, Pablo Silva, Daniel Brandt, Antonio Foster, "
               "Vera Jensen, Edward Hughes, Martha Lang"),
    ("country", "Hilltop, Brookside, Eastwick, Clayton, Ferndale, Ashby, Lakeside, Burnham"),
    ("element", "salt, glass, silk, jam, coffee, rope, wood, honey"),
    ("river", "Fox, Harbour, Plough, Eagle, Meadow, Lily"),
    ("moon", "Biscuit, Coco, Buddy, Smoky, Poppy, Lucky"),
]
