"""Messages that ask nothing of the documents: greetings, thanks, and questions about the assistant itself.

A message is talk only where all of it is made of such phrases, so that "Hello, when did the dialogue end?" and "Who
are you calling a partner?" are questions.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_TALK = 120  # characters; a longer message says something

_GREETINGS = """
    hello | hello there | hi | hi there | hey | hey there | hiya | greetings | good morning | good afternoon |
    good evening | good day | welcome | hallo | guten tag | guten morgen | guten abend | moin | grüß gott | servus |
    bonjour | bonsoir | salut | hola | buenos días | buenas tardes | buenas noches | ciao | buongiorno | buonasera |
    salve | olá | oi | bom dia | boa tarde | boa noite | goedemorgen | goedemiddag | goedenavond | hej | hei | god dag |
    ahoj | cześć | dzień dobry | szia | merhaba | günaydın | γεια σου | καλημέρα | привет | здравствуйте | добрый день |
    добрый вечер | вітаю | שלום | مرحبا | السلام عليكم | नमस्ते | 你好 | 您好 | こんにちは |
    おはようございます | 안녕하세요 |
    are you there | is anybody there | is anyone there | how are you | how are you doing | how are you today |
    how do you do | how is it going | how's it going | what's up | wie geht es dir | wie geht es ihnen | wie geht's |
    comment ça va | ça va | comment allez vous | qué tal | cómo estás | come stai | come va | nice to meet you |
    pleased to meet you
"""
_THANKS = """
    thanks | thank you | thanks a lot | thank you very much | thanks very much | many thanks | thank you so much |
    thanks so much | thanks for your help | thank you for your help | thanks for the help | thanks for that | cheers |
    ta | much appreciated | that helps | that helped | that was helpful | very helpful | great | perfect | excellent |
    well done | good job | brilliant | ok | okay | okey | all right | alright | i see | got it | understood | cool |
    danke | vielen dank | danke schön | danke sehr | besten dank | super | merci | merci beaucoup | gracias |
    muchas gracias | grazie | grazie mille | obrigado | obrigada | muito obrigado | muito obrigada | dank je | dank u |
    dank je wel | bedankt | tack | takk | tak | kiitos | dziękuję | děkuji | köszönöm | teşekkürler | ευχαριστώ |
    спасибо | дякую | תודה | شكرا | धन्यवाद | 谢谢 | 謝謝 | ありがとう | ありがとうございます | 감사합니다
"""
_FAREWELLS = """
    bye | bye bye | goodbye | good bye | good night | see you | see you later | see you soon | farewell |
    have a nice day | have a good day | that's all | that is all | that will be all | auf wiedersehen | tschüss |
    bis bald | au revoir | à bientôt | adiós | hasta luego | hasta la vista | arrivederci | a presto | tchau |
    até logo | tot ziens | hej då | do widzenia | до свидания | пока | до побачення | להתראות | مع السلامة |
    再见 | 再見 | さようなら
"""
_ABOUT_ITSELF = """
    who are you | who are you really | what are you | who is this | who am i talking to | who am i speaking to |
    what am i talking to | what is your name | what's your name | do you have a name | are you a robot | are you a bot |
    are you a person | are you a human | are you human | are you real | are you an ai | are you ai | are you a machine |
    are you a computer | are you a chatbot | are you chatgpt | are you a language model | are you an llm |
    are you a large language model | are you there | who made you | who built you | who created you | who wrote you |
    what is despatch | what's despatch | who is despatch | are you despatch | introduce yourself |
    tell me about yourself | tell me who you are | describe yourself | what model are you | which model are you |
    what language model are you | which language model are you | do you use chatgpt | do you use a language model |
    wer bist du | wer sind sie | was bist du | wie heißt du | qui es tu | qui êtes vous | comment tu t'appelles |
    quién eres | quién es usted | cómo te llamas | chi sei | come ti chiami | quem é você | wie ben je | vem är du |
    kim jesteś | кто ты | кто вы | 你是谁 | 你是誰 | あなたは誰ですか
"""
_ABILITIES = """
    help | help me | help please | i need help | i need some help | can you help | can you help me | could you help me |
    how can you help | how can you help me | what can you do | what can you do for me | what do you do |
    what are you able to do | what can i do here | what can i ask | what can i ask you | what can i ask here |
    what should i ask | what should i ask you | what may i ask | what questions can i ask |
    what kind of questions can i ask | which questions can i ask | what questions can you answer |
    what can you answer | what can you tell me | what do you know | how do you work | how does this work |
    how does it work | how does this thing work | how do i use you | how do i use this | how can i use this |
    how do i ask | where do you get your answers | where do your answers come from | what are your sources |
    do you make mistakes | can you make mistakes | can i trust you | can you be trusted | are you reliable |
    do you make things up | do you hallucinate | can you hallucinate | are your answers correct |
    what are your limits | what can you not do | what can't you do | was kannst du | was können sie |
    kannst du mir helfen | hilfe | hilf mir | que peux tu faire | que pouvez vous faire | aide | aidez moi | aide moi |
    qué puedes hacer | ayuda | cosa puoi fare | cosa sai fare | aiuto | o que você pode fazer | ajuda | wat kun je |
    что ты умеешь | помощь | 你能做什么
"""
_FILLERS = (
    "please | there | again | everyone | everybody | all | despatch | assistant | bot | friend | dear | sir | madam"
)
_HAIL = (
    "hello | hello there | hi | hi there | hey | hey there | good morning | good afternoon | good evening | greetings"
)


def _phrases(listed: str) -> str:
    found = sorted((_plain(phrase) for phrase in listed.split("|")), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(map(re.escape, found))


def _plain(text: str) -> str:
    """The words alone, in small letters and without accents, one blank between them."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("'", ""))
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", kept)))


# of several phrases the first kind of this order decides: "Hi, who are you?" asks who
_ORDER = ("itself", "abilities", "farewell", "thanks", "greeting", "filler")
_KIND_OF = {
    _plain(phrase): kind
    for kind, listed in reversed(
        tuple(zip(_ORDER, (_ABOUT_ITSELF, _ABILITIES, _FAREWELLS, _THANKS, _GREETINGS, _FILLERS), strict=True))
    )
    for phrase in listed.split("|")
}
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in _KIND_OF)  # words
_HAILED = re.compile(rf"(?:{_phrases(_HAIL)})(?:,? despatch)?(?:[,.!]+|\s+[–—-]+)\s+(?=\S)", re.IGNORECASE)


def kind_of_talk(message: str) -> str | None:
    """Which kind of talk a whole message is, None where it is none."""
    if len(message) > LONGEST_TALK:
        return None
    plain = _plain(message)
    if not plain:
        return "nothing"
    kinds = _kinds(plain.split())
    told = next((kind for kind in _ORDER if kind in kinds), "filler")
    return None if told == "filler" else told


def _kinds(words: list[str]) -> set[str]:
    """The kinds of the phrases that these words are made of from the first to the last, none where they are not.

    From each place that phrases reach all that begin there are followed, each place once: no message takes long.
    """
    reached: dict[int, set[str]] = {0: set()}
    for place in range(len(words)):
        if place not in reached:
            continue
        for end in range(place + 1, min(place + _LONGEST_PHRASE, len(words)) + 1):
            kind = _KIND_OF.get(" ".join(words[place:end]))
            if kind is not None:
                reached.setdefault(end, set()).update(reached[place], {kind})
    return reached.get(len(words), set())


def without_greeting(question: str) -> str:
    """A question without the greeting that it opens with, whose words no document needs to hold."""
    hailed = _HAILED.match(question)
    return question[hailed.end() :] if hailed and kind_of_talk(question) is None else question
