"""Words that say nothing of a question's subject, by language; our own lists of function words."""

from __future__ import annotations

_LISTS = {
    "en": """
        a about above after again against all also am an and any are as at be because been before being below
        between both but by can could did do does doing down during each few for from further had has have having he
        her here hers him his how i if in into is it its itself just me more most my no nor not of off on once only
        or other our out over own same she should so some such than that the their them then there these they this
        those through to too under until up us very was we were what when where which while who whom whose why will
        with would you your tell please give describe explain say says said know
    """,
    "de": """
        ab aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist
        da dadurch daher damit dann darf das dass dein deine dem den denn der deren des dessen dich die dies diese
        diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer
        für gegen hab habe haben hat hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins
        ist ja jede jedem jeden jeder jedes jener kann kannst kein keine können könnte man mehr mein meine mich mir
        mit muss musste müssen nach nicht noch nun nur ob oder ohne sehr sei sein seine seinem seinen seiner seit
        sich sie sind so soll sollen sollte sondern sonst über um und uns unser unsere unter vom von vor wann war
        waren warum was wegen weil welche welchem welchen welcher welches wem wen wenn wer werde werden wessen wie
        wieder wieso will wir wird wo woher wohin wurde wurden zu zum zur zwischen gibt bitte sag sage sagt sagen
        erkläre beschreibe
    """,
    "fr": """
        à afin ai ainsi alors après as au aucun aucune auquel aussi autre autres aux avait avant avec avez avoir
        avons c ça car ce ceci cela celle celles celui ces cet cette ceux chaque chez combien comme comment d dans
        de depuis des donc dont du elle elles en encore entre es est et étaient était été être eu eux fait font il
        ils j je jusqu l la laquelle le lequel les lesquels leur leurs lors lorsque lui m ma mais me même mes moi
        mon n ne ni nos notre nous on ont ou où par parce pas pendant peu peut peuvent plus pour pourquoi puis qu
        quand que quel quelle quelles quels qui quoi s sa sans se sera ses si son sont sous sur t ta te tes toi ton
        tous tout toute toutes très tu un une vers vos votre vous y dit disent dites expliquez décrivez
    """,
    "es": """
        a al algo alguna algunas alguno algunos ante antes aquel aquella así aun aunque cada como cómo con contra
        cual cuál cuales cuáles cuando cuándo cuanta cuánta cuanto cuánto cuántas cuántos de del desde donde dónde
        dos durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está están estas
        este esto estos fue fueron ha haber había han hasta hay he la las le les lo los más me mi mis mucho muy nada
        ni no nos nosotros o os otra otro para pero poco por porque qué que quien quién quienes se sea según ser si
        sí sido sin sobre son su sus también tan tanto te tiene tienen tu tus u un una unas uno unos usted y ya yo
        di dice dicen explica describe
    """,
    "it": """
        a ad agli ai al alla alle allo anche avere aveva c che chi ci cioè come con contro cosa cui d da dagli dai
        dal dalla dalle dallo degli dei del dell della delle dello di dopo dove e è ed egli era erano essere fa fra
        fu furono già gli ha hai hanno ho i il in io l la le lei li lo loro lui ma mentre mi mia mio molto ne negli
        nei nel nell nella nelle nello no noi non nostro o ogni per perché perciò più poi prima qual quale quali
        quando quanta quante quanti quanto quella quelle quelli quello questa queste questi questo qui se sei senza
        si sia solo sono sopra sotto sta stata stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tu tua
        tuo tutti tutto un una uno v vi voi spiega descrivi
    """,
    "pt": """
        à a ainda além algum alguma ante antes ao aos após aquela aquele as às até cada com como contra cujo da das
        de dela dele deles depois desde do dos durante e é ela elas ele eles em entre era eram essa esse esta está
        estão este eu foi foram há isso isto já la lhe lo mais mas me mesmo meu minha muito na nas não nem no nos
        nós nossa o onde os ou outra outro para pela pelas pelo pelos pois por porque porquê qual quais quando
        quanta quantas quanto quantos que quê quem são se seja sem sendo ser será seu seus sido só sob sobre sua
        suas também te tem têm ter tinha tu tudo um uma umas uns você vocês explique descreva
    """,
    "nl": """
        aan al alle alleen als ben bij daar dan dat de der deze die dit doch door dus een eens en er ge geen had
        hadden heb hebben heeft hem het hier hij hoe hoeveel hun iets ik in is ja je jij jou jouw jullie kan kon
        kunnen maar me mee meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons onze ook op
        over per te tegen tot tussen u uit uw van veel voor waar waarom wanneer want waren was wat we welk welke
        werd wie wij wil worden wordt zal ze zei zich zij zijn zo zonder zou leg beschrijf
    """,
    "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всё всех вы где да даже для до его ее её
        если есть еще ещё же за здесь и из или им их к как какая какие какой какого каком ко когда который которая
        которые кто ли мне может мы на над не него нее неё нет ни них но о об он она они оно от по под почему при с
        сколько со так такой там то того тоже только том ты у уже чего чей чем что чтобы эта эти это этого этой этом
        этот я
    """,
    "ar": """
        إلى أن إن أو أي أين أية إذا التي الذي الذين اللتي ألا أما أنا أنت أنه إنه بعد بل بها به بين تلك ثم حتى حول
        حيث خلال ذلك سوف على عليه عليها عن عند عندما غير فقد فهو فهي في فيه فيها قبل قد كان كانت كل كم كما كيف لا
        لأن لقد لكن لم لماذا لن له لها ليس ما ماذا متى مع من منذ منه منها نحن نعم هذا هذه هل هم هما هنا هناك هو هي و
        وقد ولا وهو وهي يا يكون اشرح صف
    """,
    # pairs of letters, as everything of these two is searched by
    "zh": """
        什么 甚么 为什 为何 多少 怎么 怎样 如何 哪个 哪些 哪里 哪儿 哪天 哪年 哪位 谁的 是谁 是什 么是 么时 几个
        几点 何时 何地 的是 是的 是否 有没 没有 可以 我们 他们 你们 这个 那个 这些 那些 以及 因为 所以 但是 如果
        或者 请问 告诉 什麼 甚麼 為什 為何 怎麼 怎樣 哪個 哪裡 是誰 誰的 麼是 麼時 幾個 何時 這個 那個 這些 我們
        他們 因為 請問 告訴
    """,
    "ja": """
        です ます でし まし した して すか たか のか るか いか んか とは のは には では にも でも とい いう いつ
        つか から らで らの ので のに まで なに なぜ どこ どの どう どん どれ だれ 誰が 誰で 誰の 誰を 何が 何を
        何の 何で 何と 何は 何に いく くら らか くつ ある ない なる する され れた れま せん しょ ょう うか この
        その あの これ それ ため めに よう うに こと もの など ください くだ ださ さい 教え えて
    """,
}


def _both_ways(words: str) -> frozenset[str]:
    """The words as they are written, and as they are often typed."""
    unaccented = str.maketrans("àáâãäçèéêëìíîïñòóôõöùúûü", "aaaaaceeeeiiiinooooouuuu")
    return frozenset(words.split()) | frozenset(words.translate(unaccented).split())


STOP_WORDS = {language: _both_ways(words) for language, words in _LISTS.items()}
