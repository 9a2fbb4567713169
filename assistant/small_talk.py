"""Messages that ask nothing of the documents: greetings, thanks, and questions about the assistant itself.

A message is talk only where all of it is made of such phrases, so that "Hello, when did the dialogue end?" and "Who
are you calling a partner?" are questions.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_TALK = 120  # characters; a longer message says something

# by language; "" holds what several languages say alike, and what is said in those that the assistant does not speak
_GREETINGS = {
    "": """
    hello | hi | hey | hallo | moin | servus | salve | ciao | buongiorno | buonasera | olá | oi | bom dia |
    boa tarde | boa noite | goedemorgen | goedemiddag | goedenavond | hej | hei | god dag | ahoj | cześć |
    dzień dobry | szia | merhaba | günaydın | γεια σου | καλημέρα | привет | здравствуйте | добрый день |
    добрый вечер | вітаю | שלום | مرحبا | السلام عليكم | नमस्ते | 你好 | 您好 | こんにちは |
    おはようございます | 안녕하세요 | come stai | come va
    """,
    "en": """
    hello there | hi there | hey there | hiya | greetings | good morning | good afternoon | good evening | good day |
    welcome | are you there | is anybody there | is anyone there | how are you | how are you doing |
    how are you today | how do you do | how is it going | how's it going | what's up | nice to meet you |
    pleased to meet you
    """,
    "de": """
    guten tag | guten morgen | guten abend | schönen guten tag | grüß gott | grüß dich | grüß Sie | grüezi |
    hallo zusammen | wie geht es dir | wie geht es Ihnen | wie geht's | wie geht's dir | wie geht's Ihnen |
    sind Sie da | bist du da | ist da jemand | freut mich | sehr erfreut
    """,
    "fr": """
    bonjour | bonsoir | salut | coucou | rebonjour | bonjour à tous | comment ça va | ça va | comment vas tu |
    comment allez vous | comment ça va aujourd'hui | vous êtes là | es tu là | êtes vous là | il y a quelqu'un |
    enchanté | enchantée | ravi de vous rencontrer
    """,
    "es": """
    hola | buenas | buenos días | buenas tardes | buenas noches | muy buenas | hola a todos | qué tal | cómo estás |
    cómo está usted | cómo te va | cómo le va | qué tal estás | estás ahí | hay alguien | hay alguien ahí |
    mucho gusto | encantado | encantada
    """,
}
_THANKS = {
    "": """
    great | perfect | excellent | ok | okay | okey | super | top | ta | grazie | grazie mille | obrigado | obrigada |
    muito obrigado | muito obrigada | dank je | dank u | dank je wel | bedankt | tack | takk | tak | kiitos |
    dziękuję | děkuji | köszönöm | teşekkürler | ευχαριστώ | спасибо | дякую | תודה | شكرا | धन्यवाद | 谢谢 | 謝謝 |
    ありがとう | ありがとうございます | 감사합니다
    """,
    "en": """
    thanks | thank you | thanks a lot | thank you very much | thanks very much | many thanks | thank you so much |
    thanks so much | thanks for your help | thank you for your help | thanks for the help | thanks for that | cheers |
    much appreciated | that helps | that helped | that was helpful | very helpful | well done | good job | brilliant |
    all right | alright | i see | got it | understood | cool
    """,
    "de": """
    danke | vielen dank | danke schön | dankeschön | danke sehr | besten dank | herzlichen dank | tausend dank |
    danke dir | danke Ihnen | ich danke Ihnen | ich danke dir | danke für die hilfe | danke für Ihre hilfe |
    danke für deine hilfe | vielen dank für Ihre hilfe | vielen dank für deine hilfe | vielen dank für die hilfe |
    das hilft | das hat geholfen | sehr hilfreich | das war hilfreich | alles klar | verstanden | ich verstehe |
    prima | sehr gut | gut gemacht | wunderbar | ausgezeichnet | in ordnung | perfekt | toll
    """,
    "fr": """
    merci | merci beaucoup | merci bien | un grand merci | mille mercis | je vous remercie | je te remercie |
    merci pour votre aide | merci pour ton aide | merci de votre aide | merci pour tout | merci à vous | merci à toi |
    c'est très utile | très utile | ça m'aide | cela m'aide | parfait | très bien | d'accord | bien compris |
    c'est compris | je vois | entendu | bravo | c'est parfait | génial | formidable
    """,
    "es": """
    gracias | muchas gracias | mil gracias | muchísimas gracias | le agradezco | te lo agradezco | se lo agradezco |
    gracias por su ayuda | gracias por tu ayuda | gracias por la ayuda | gracias por todo | muy útil | es muy útil |
    perfecto | muy bien | de acuerdo | entendido | vale | genial | estupendo | excelente | ya veo | buen trabajo
    """,
}
_FAREWELLS = {
    "": """
    bye | bye bye | adieu | arrivederci | a presto | tchau | até logo | tot ziens | hej då | do widzenia |
    до свидания | пока | до побачення | להתראות | مع السلامة | 再见 | 再見 | さようなら
    """,
    "en": """
    goodbye | good bye | good night | see you | see you later | see you soon | farewell | have a nice day |
    have a good day | that's all | that is all | that will be all
    """,
    "de": """
    auf wiedersehen | auf wiederschauen | tschüss | tschüs | bis bald | bis später | bis dann | bis morgen |
    gute nacht | schönen tag noch | einen schönen tag noch | schönen abend noch | das ist alles | das wäre alles |
    das war alles | das war's
    """,
    "fr": """
    au revoir | à bientôt | à plus tard | à plus | à demain | bonne nuit | bonne journée | bonne soirée |
    bonne fin de journée | c'est tout | ce sera tout
    """,
    "es": """
    adiós | hasta luego | hasta la vista | hasta pronto | hasta mañana | nos vemos | que tenga un buen día |
    que tengas un buen día | buen día | eso es todo | es todo | nada más
    """,
}
_ABOUT_ITSELF = {
    "": """
    chi sei | come ti chiami | quem é você | wie ben je | vem är du | kim jesteś | кто ты | кто вы | 你是谁 | 你是誰 |
    あなたは誰ですか
    """,
    "en": """
    who are you | who are you really | what are you | who is this | who am i talking to | who am i speaking to |
    what am i talking to | what is your name | what's your name | do you have a name | are you a robot |
    are you a bot | are you a person | are you a human | are you human | are you real | are you an ai | are you ai |
    are you a machine | are you a computer | are you a chatbot | are you chatgpt | are you a language model |
    are you an llm | are you a large language model | are you there | who made you | who built you | who created you |
    who wrote you | what is despatch | what's despatch | who is despatch | are you despatch | introduce yourself |
    tell me about yourself | tell me who you are | describe yourself | what model are you | which model are you |
    what language model are you | which language model are you | do you use chatgpt | do you use a language model
    """,
    "de": """
    wer bist du | wer sind Sie | was bist du | was sind Sie | wie heißt du | wie heißen Sie | wie ist Ihr Name |
    wie ist dein name | hast du einen namen | haben Sie einen namen | mit wem spreche ich | mit wem rede ich |
    wer ist da | bist du ein roboter | sind Sie ein roboter | bist du ein bot | sind Sie ein bot |
    bist du ein mensch | sind Sie ein mensch | bist du eine ki | sind Sie eine ki | bist du eine maschine |
    sind Sie eine maschine | bist du ein chatbot | sind Sie ein chatbot | bist du chatgpt | sind Sie chatgpt |
    bist du ein sprachmodell | sind Sie ein sprachmodell | wer hat dich gemacht | wer hat Sie gemacht |
    wer hat dich gebaut | wer hat dich entwickelt | wer hat Sie entwickelt | was ist despatch | wer ist despatch |
    stell dich vor | stellen Sie sich vor | erzähl etwas über dich | welches sprachmodell bist du |
    welches modell bist du
    """,
    "fr": """
    qui es tu | qui êtes vous | tu es qui | vous êtes qui | qu'es tu | qu'êtes vous | comment tu t'appelles |
    comment t'appelles tu | comment vous appelez vous | quel est ton nom | quel est votre nom | avez vous un nom |
    à qui ai je affaire | à qui est ce que je parle | qui est là | es tu un robot | êtes vous un robot |
    es tu un humain | êtes vous un humain | êtes vous humain | es tu une personne | êtes vous une personne |
    es tu une ia | êtes vous une ia | es tu une machine | êtes vous une machine | es tu un chatbot |
    êtes vous un chatbot | es tu chatgpt | êtes vous chatgpt | es tu un modèle de langage |
    êtes vous un modèle de langage | qui t'a créé | qui vous a créé | qui t'a fait | qui vous a fait | qui t'a conçu |
    qui vous a conçu | qu'est ce que despatch | c'est quoi despatch | qui est despatch | présente toi |
    présentez vous | parlez moi de vous | parle moi de toi
    """,
    "es": """
    quién eres | quién es usted | tú quién eres | usted quién es | qué eres | qué es usted | cómo te llamas |
    cómo se llama usted | cuál es tu nombre | tienes nombre | con quién hablo | con quién estoy hablando |
    eres un robot | es usted un robot | eres un bot | es usted un bot | eres humano | es usted humano |
    eres una persona | es usted una persona | eres una ia | es usted una ia | eres una máquina |
    es usted una máquina | eres un chatbot | es usted un chatbot | eres chatgpt | es usted chatgpt |
    eres un modelo de lenguaje | es usted un modelo de lenguaje | quién te creó | quién te hizo | quién te ha creado |
    qué es despatch | quién es despatch | preséntate | preséntese | háblame de ti | hábleme de usted
    """,
}
_ABILITIES = {
    "": """
    cosa puoi fare | cosa sai fare | aiuto | o que você pode fazer | ajuda | wat kun je | что ты умеешь | помощь |
    你能做什么
    """,
    "en": """
    help | help me | help please | i need help | i need some help | can you help | can you help me |
    could you help me | how can you help | how can you help me | what can you do | what can you do for me |
    what do you do | what are you able to do | what can i do here | what can i ask | what can i ask you |
    what can i ask here | what should i ask | what should i ask you | what may i ask | what questions can i ask |
    what kind of questions can i ask | which questions can i ask | what questions can you answer |
    what can you answer | what can you tell me | what do you know | how do you work | how does this work |
    how does it work | how does this thing work | how do i use you | how do i use this | how can i use this |
    how do i ask | where do you get your answers | where do your answers come from | what are your sources |
    do you make mistakes | can you make mistakes | can i trust you | can you be trusted | are you reliable |
    do you make things up | do you hallucinate | can you hallucinate | are your answers correct |
    what are your limits | what can you not do | what can't you do
    """,
    "de": """
    hilfe | hilf mir | helfen Sie mir | ich brauche hilfe | kannst du mir helfen | können Sie mir helfen |
    könnten Sie mir helfen | wie kannst du mir helfen | wie können Sie mir helfen | was kannst du | was können Sie |
    was kannst du für mich tun | was können Sie für mich tun | was kannst du tun | was können Sie tun |
    was machst du | was machen Sie | was kann ich hier tun | was kann ich fragen | was kann ich dich fragen |
    was kann ich Sie fragen | was kann ich hier fragen | was soll ich fragen | welche fragen kann ich stellen |
    was für fragen kann ich stellen | welche fragen kannst du beantworten | welche fragen können Sie beantworten |
    was weißt du | was wissen Sie | wie funktionierst du | wie funktioniert das | wie funktioniert das hier |
    wie funktionieren Sie | wie benutze ich das | wie frage ich | woher hast du deine antworten |
    woher haben Sie Ihre antworten | woher kommen die antworten | was sind deine quellen | was sind Ihre quellen |
    machst du fehler | machen Sie fehler | kann ich dir vertrauen | kann ich Ihnen vertrauen | bist du zuverlässig |
    sind Sie zuverlässig | halluzinierst du | halluzinieren Sie | was kannst du nicht | was können Sie nicht
    """,
    "fr": """
    aide | à l'aide | aidez moi | aide moi | j'ai besoin d'aide | peux tu m'aider | pouvez vous m'aider |
    pourriez vous m'aider | comment peux tu m'aider | comment pouvez vous m'aider | que peux tu faire |
    que pouvez vous faire | que peux tu faire pour moi | que pouvez vous faire pour moi | que sais tu faire |
    que savez vous faire | qu'est ce que tu peux faire | qu'est ce que vous pouvez faire | que faites vous |
    que puis je faire ici | que puis je demander | que puis je vous demander | que puis je te demander |
    que dois je demander | quelles questions puis je poser | quelles questions puis je vous poser |
    quel genre de questions puis je poser | que savez vous | que sais tu | comment fonctionnes tu |
    comment fonctionnez vous | comment ça marche | comment ça fonctionne | comment poser une question |
    d'où viennent vos réponses | d'où viennent les réponses | quelles sont vos sources | quelles sont tes sources |
    faites vous des erreurs | fais tu des erreurs | peut on vous faire confiance | puis je vous faire confiance |
    êtes vous fiable | es tu fiable | quelles sont vos limites
    """,
    "es": """
    ayuda | ayúdame | ayúdeme | necesito ayuda | puedes ayudarme | puede ayudarme | me puedes ayudar |
    me puede ayudar | podría ayudarme | cómo puedes ayudarme | cómo puede ayudarme | qué puedes hacer |
    qué puedes hacer por mí | qué puede hacer por mí | qué sabes hacer | qué haces | qué puedo hacer aquí |
    qué puedo preguntar | qué te puedo preguntar | qué le puedo preguntar | qué puedo preguntarte |
    qué puedo preguntarle | qué debo preguntar | qué preguntas puedo hacer | qué tipo de preguntas puedo hacer |
    qué preguntas puedes responder | qué sabes | cómo funcionas | cómo funciona esto | cómo pregunto |
    de dónde salen las respuestas | de dónde salen tus respuestas | cuáles son tus fuentes | cometes errores |
    puedo confiar en ti | puedo confiar en usted | eres fiable | es usted fiable | cuáles son tus límites
    """,
}
_FILLERS = {
    "": "despatch | bot | dear | sir | madam | all",
    "en": "please | there | again | everyone | everybody | assistant | friend",
    "de": "bitte | nochmals | noch einmal | zusammen | alle",
    "fr": "s'il vous plaît | s'il te plaît | svp | stp | encore | tous | madame | monsieur | à tous",
    "es": "por favor | otra vez | de nuevo | todos | señor | señora | usted",
}
_POLITE = re.compile(r"\b(?:Sie|Ihnen|Ihren?|Ihr)\b")
_HAIL = (
    "hello | hello there | hi | hi there | hey | hey there | good morning | good afternoon | good evening | greetings |"
    "hallo | guten tag | guten morgen | guten abend | bonjour | bonsoir | salut | hola | buenos días | buenas tardes |"
    "buenas noches"
)


def _phrases(listed: str) -> str:
    said = {form for phrase in listed.split("|") for form in (phrase.strip(), _plain(phrase))}
    found = sorted(said, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(map(re.escape, found))


def _plain(text: str) -> str:
    """The words alone, in small letters and without accents, one blank between them.

    "Wer sind sie?" asks who they are and "Wer sind Sie?" who you are: that capital stays.
    """
    polite = _POLITE.sub(r"\g<0>_", text)
    apart = unicodedata.normalize("NFKD", polite.casefold().replace("’", "'").replace("'", ""))
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", kept)))


# of several phrases the first kind of this order decides: "Hi, who are you?" asks who
_ORDER = ("itself", "abilities", "farewell", "thanks", "greeting", "filler")
_KIND_OF: dict[str, tuple[str, str]] = {}
for _kind, _of_kind in zip(_ORDER, (_ABOUT_ITSELF, _ABILITIES, _FAREWELLS, _THANKS, _GREETINGS, _FILLERS), strict=True):
    for _language, _listed in _of_kind.items():
        for _phrase in map(_plain, _listed.split("|")):
            _first = _KIND_OF.setdefault(_phrase, (_kind, _language))
            if _first[1] != _language:
                _KIND_OF[_phrase] = (_first[0], "")  # "genial" is said in several languages
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in _KIND_OF)  # words
_HAILED = re.compile(rf"¡?(?:{_phrases(_HAIL)})(?:,? despatch)?(?:\s?[,.!]+|\s+[–—-]+)\s+(?=\S)", re.IGNORECASE)


def kind_of_talk(message: str) -> str | None:
    """Which kind of talk a whole message is, None where it is none."""
    if len(message) > LONGEST_TALK:
        return None
    plain = _plain(message)
    if not plain:
        return "nothing"
    kinds = {kind for kind, _ in _said(plain.split())}
    told = next((kind for kind in _ORDER if kind in kinds), "filler")
    return None if told == "filler" else told


def language_of_talk(message: str) -> str:
    """The language that talk is in, "" where the message is none or several languages would say it so."""
    spoken = {language for _, language in _said(_plain(message).split())} if kind_of_talk(message) else set()
    return next(iter(spoken - {""}), "") if len(spoken - {""}) == 1 else ""


def _said(words: list[str]) -> set[tuple[str, str]]:
    """The kinds and languages of the phrases that these words are made of throughout, none where they are not.

    From each place that phrases reach all that begin there are followed, each place once: no message takes long.
    """
    reached: dict[int, set[tuple[str, str]]] = {0: set()}
    for place in range(len(words)):
        if place not in reached:
            continue
        for end in range(place + 1, min(place + _LONGEST_PHRASE, len(words)) + 1):
            found = _KIND_OF.get(" ".join(words[place:end]))
            if found is not None:
                reached.setdefault(end, set()).update(reached[place], {found})
    return reached.get(len(words), set())


def without_greeting(question: str) -> str:
    """A question without the greeting that it opens with, whose words no document needs to hold."""
    hailed = _HAILED.match(question)
    return question[hailed.end() :] if hailed and kind_of_talk(question) is None else question
