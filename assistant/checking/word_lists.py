"""The closed classes of English that turn a statement round: a handful of words each, since rules stand on them.

Content words are not listed; those are compared by their stems and, where it is at hand, by the judge. A text in
another language meets none of these lists, and is compared by figures, dates, names and words alone.
"""

from __future__ import annotations


def _listed(text: str) -> list[str]:
    return text.split()


def _words(text: str) -> frozenset[str]:
    return frozenset(_listed(text))


# what carries no meaning of its own between two wordings; negations, modals and quantifiers are looked at by themselves
FUNCTION_WORDS = _words(
    """a an the and or but nor so yet if then than as at by for from in into of off on onto out over to up upon via with
    within without about above across after against along among amid around before behind below beneath beside besides
    between beyond down during except inside near outside per since through throughout till toward towards under until
    am is are was were be been being has have had having do does did doing done will would shall should can could may
    might must ought i me my mine we us our ours you your yours he him his she her hers it its they them their theirs
    this that these those who whom whose which what when where why how there here not no never none neither each every
    all any some both either other others another such same own only also too very just even still already s t ll ve re
    d m it's one ones while whereas because though although however therefore thus hence where whether whose itself
    themselves himself herself rather quite well more most less least much many several few own like"""
)
PRONOUNS = _words("he him his she her hers it its they them their theirs this that these those who which we our i my")

NEGATIONS = _words("not no never none neither nor without nobody nothing nowhere cannot hardly scarcely barely")
# verbs and adjectives that say that something is not so, by their stems
DENYING = _words(
    """deni denied refus reject fail lack prevent prohibit forbid ban unabl absent absenc declin ceas cannot imposs
    unlik"""
)
NEGATING_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "mis")

CONDITIONS = _words("if unless whether provided assuming except suppose lest")
CONDITIONAL = _words("if unless when whenever where whether provided should case long condition once assuming")
CONDITIONS_BEHIND = _words("if unless except provided only")
# verbs and nouns of what somebody says and may not be so, by their stems
REPORTING = _words(
    "alleg claim deni doubt disput rumor rumour suppos assum hypothes pretend myth fals untru wrong mistaken"
)
CONNECTING = _words("and but while whereas who which that because when although")

POSSIBLE, NEEDED, ADVISED = "may", "must", "should"
MODALS = {
    **dict.fromkeys(("may", "might", "can", "could", "able", "possibly", "perhaps", "potentially"), POSSIBLE),
    **dict.fromkeys(
        ("must", "shall", "required", "obliged", "mandatory", "compulsory", "need", "needs", "needed"), NEEDED
    ),
    **dict.fromkeys(("should", "ought", "recommended", "advised", "advisable"), ADVISED),
}
# weaker forms that say the same of most words; that one of them is missing changes little
WEAK_MODALS = _words(
    """can could able required require requires obliged mandatory compulsory need needs needed necessary recommended
    advised"""
)
HEDGES = _words("probably likely allegedly reportedly apparently supposedly purportedly presumably seemingly")

ALL, MOST, MANY, SOME, FEW, ONLY = "all", "most", "many", "some", "few", "only"
QUANTIFIERS = {
    **dict.fromkeys(("all", "every", "each", "both", "always", "entire", "whole", "everyone", "everything"), ALL),
    **dict.fromkeys(
        ("most", "mostly", "majority", "usually", "normally", "generally", "typically", "largely", "mainly"), MOST
    ),
    **dict.fromkeys(("many", "numerous", "lot", "lots", "often", "frequently"), MANY),
    **dict.fromkeys(("some", "several", "various", "sometimes", "certain", "occasionally", "partly"), SOME),
    **dict.fromkeys(("few", "rarely", "seldom", "little"), FEW),
    **dict.fromkeys(("only", "solely", "exclusively", "merely"), ONLY),
}

AUXILIARIES = _words("will would is are was were be been do does did has have had")

AT_LEAST, AT_MOST, OVER, UNDER = "at least", "at most", "more than", "less than"
BOUNDS = {
    **dict.fromkeys(("at least", "no less than", "no fewer than", "not less than", "minimum of", "or more"), AT_LEAST),
    **dict.fromkeys(
        ("at most", "up to", "no more than", "not more than", "maximum of", "as many as", "or less"), AT_MOST
    ),
    **dict.fromkeys(("more than", "over", "above", "exceeding", "greater than", "upwards of", "exceeded"), OVER),
    **dict.fromkeys(("less than", "fewer than", "under", "below", "almost", "nearly"), UNDER),
}

_OPPOSITES = """
increase/decrease increase/reduce increase/decline rise/fall rise/drop rise/decline grow/shrink gain/lose win/lose
victory/defeat before/after above/below over/under accept/reject approve/reject agree/disagree allow/forbid
allow/prohibit permit/prohibit allow/ban import/export include/exclude enter/leave arrive/depart arrive/leave begin/end
start/end start/stop start/finish open/close first/last early/late earlier/later north/south east/west
northern/southern eastern/western left/right high/low higher/lower highest/lowest high/lower large/small larger/smaller
largest/smallest big/small long/short longer/shorter longest/shortest old/new old/young older/younger oldest/youngest
oldest/newest strong/weak stronger/weaker fast/slow faster/slower rich/poor male/female man/woman men/women boy/girl
husband/wife father/mother son/daughter brother/sister buy/sell lend/borrow love/hate like/dislike support/oppose
for/against success/failure succeed/fail true/false correct/incorrect legal/illegal possible/impossible
common/rare public/private positive/negative active/passive maximum/minimum major/minor majority/minority more/less
more/fewer most/least many/few better/worse best/worst upper/lower inner/outer internal/external inside/outside
domestic/foreign urban/rural ancient/modern hot/cold warm/cool dry/wet heavy/light deep/shallow wide/narrow
thick/thin full/empty safe/dangerous easy/difficult simple/complex cheap/expensive same/different similar/different
present/absent present/absence guilty/innocent friend/enemy ally/enemy peace/war attack/defend strengthen/weaken
improve/worsen expand/contract promote/inhibit promote/prevent activate/inhibit enhance/inhibit enhance/reduce
enhance/impair induce/inhibit upregulate/downregulate up/down ascend/descend parent/child teacher/student
employer/employee voluntary/compulsory voluntary/mandatory optional/mandatory optional/compulsory temporary/permanent
vertical/horizontal forward/backward visible/invisible conservative/liberal democratic/authoritarian
benefit/harm cause/prevent encourage/discourage raise/lower appear/disappear appoint/dismiss hire/fire
join/leave remember/forget with/without until/after since/until always/never often/rarely
morning/evening morning/afternoon day/night summer/winter spring/autumn spring/fall once/twice double/triple
because/although because/though also/only king/queen prince/princess begin/finish began/finished begun/finished
"""
OPPOSITES: tuple[tuple[str, str], ...] = tuple((pair.split("/")[0], pair.split("/")[1]) for pair in _OPPOSITES.split())

_IRREGULAR = """
arise arose arisen|be was were been|bear bore borne|beat beaten|become became|begin began begun|bend bent|
bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken|breed bred|bring brought|build built|
burn burnt|buy bought|catch caught|choose chose chosen|come came|creep crept|deal dealt|dig dug|draw drew drawn|
dream dreamt|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|
find found|flee fled|fly flew flown|forbid forbade forbidden|forget forgot forgotten|freeze froze frozen|
get got gotten|give gave given|go went gone|grow grew grown|hang hung|hear heard|hide hid hidden|hold held|
keep kept|know knew known|lay laid|lead led|leave left|lend lent|lie lay lain|light lit|lose lost|make made|
mean meant|meet met|pay paid|prove proven|ride rode ridden|ring rang rung|rise rose risen|run ran|say said|
see saw seen|seek sought|sell sold|send sent|shake shook shaken|shine shone|shoot shot|show shown|
shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|spin spun|
stand stood|steal stole stolen|stick stuck|strike struck|swear swore sworn|sweep swept|swim swam swum|swing swung|
take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown|undergo underwent undergone|
understand understood|wake woke woken|wear wore worn|weave wove woven|win won|withdraw withdrew withdrawn|
write wrote written|man men|woman women|child children|foot feet|tooth teeth|mouse mice|person people|life lives|
datum data|criterion criteria|phenomenon phenomena|bacterium bacteria|virus viruses
"""
# forms that a stemmer does not bring together; "left" and "found" stay themselves, being words of their own
IRREGULAR = {
    form: group.split()[0]
    for group in _IRREGULAR.replace("\n", "").split("|")
    for form in group.split()[1:]
    if form not in ("left", "found", "lay", "felt", "bound", "saw")
}

_NATIONS = """
britain british|france french|spain spanish|netherlands dutch|germany german|china chinese|japan japanese|greece greek|
turkey turkish|poland polish|sweden swedish|denmark danish|finland finnish|ireland irish|scotland scottish|wales welsh|
england english|switzerland swiss|portugal portuguese|thailand thai|philippines philippine|iraq iraqi|israel israeli|
pakistan pakistani|america american|norway norwegian|iceland icelandic|lebanon lebanese|vietnam vietnamese
"""
NATIONS = {form: group.split()[0] for group in _NATIONS.replace("\n", "").split("|") for form in group.split()[1:]}

_ONES = _listed(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen"""
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
NUMBER_WORDS = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
MAGNITUDES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
    "dozen": 12,
    "lakh": 10**5,
    "crore": 10**7,
}
_FIRST_ORDINALS = _listed(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth"""
)
_ROUND_ORDINALS = _listed("thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
ORDINALS = {
    **{word: value for value, word in enumerate(_FIRST_ORDINALS, start=1)},
    **{word: 10 * value for value, word in enumerate(_ROUND_ORDINALS, start=3)},
}

_UNITS = """
%: percent percentage pct
points: point pp
$: dollar dollars usd us$ bucks
£: pound pounds gbp sterling
€: euro euros eur
¥: yen jpy yuan renminbi
rupee: rupees
cent: cents pence penny
km: kilometre kilometres kilometer kilometers kms
m: metre metres meter meters
cm: centimetre centimetres centimeter centimeters
mm: millimetre millimetres millimeter millimeters
µm: um micrometre micrometres micrometer micrometers micron microns
nm: nanometre nanometres nanometer nanometers
mile: miles mi
yard: yards yd
foot: feet ft
inch: inches
acre: acres
hectare: hectares ha
kg: kilogram kilograms kilogramme kilogrammes kilo kilos
g: gram grams gramme grammes gm
mg: milligram milligrams
µg: ug microgram micrograms
tonne: tonnes ton tons
lb: lbs
ounce: ounces oz
l: litre litres liter liters
ml: millilitre millilitres milliliter milliliters
gallon: gallons gal
pint: pints
barrel: barrels bbl
second: seconds sec secs
minute: minutes min mins
hour: hours hr hrs hourly
day: days daily
week: weeks weekly fortnight
month: months monthly
year: years yr yrs yearly annual annually
decade: decades
century: centuries
watt: watts
kw: kilowatt kilowatts
mw: megawatt megawatts
gw: gigawatt gigawatts
volt: volts
hz: hertz
khz: kilohertz
mhz: megahertz
ghz: gigahertz
byte: bytes
kb: kilobyte kilobytes
mb: megabyte megabytes
gb: gigabyte gigabytes
tb: terabyte terabytes
kbit: kbps kilobit kilobits
mbit: mbps megabit megabits
gbit: gbps gigabit gigabits
celsius: °c centigrade
fahrenheit: °f
kelvin:
degree: degrees °
mph:
km/h: kmh kph
knot: knots
"""
# units that are other words, too, and so are looked at behind a figure only
AMBIGUOUS_UNITS = _words(
    """point points pp second seconds sec min mins m g l ha um foot feet yard yards pound pounds cent cents bucks degree
    degrees knot knots yuan kilo"""
)
UNITS = {
    form: line.split(":")[0]
    for line in _UNITS.strip().splitlines()
    for form in (line.split(":")[0], *line.split(":")[1].split())
}
MONTHS = {
    form: number
    for number, forms in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for form in forms.split()
}
