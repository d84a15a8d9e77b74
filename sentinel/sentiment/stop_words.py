"""Stop words by which languages are told apart, by language.

A word worth a point is common in one language only; a word common in two counts for both and so decides nothing between
them.
"""

from typing import Final

STOP_WORDS: Final = {
    "es": (
        "el la los las un una de del y en que es son no por para con se lo le me te mi mis tu su sus muy más mas pero "
        "como está esta este esto ya hay yo al si sí nos qué porque cuando donde quien ni sin sobre hasta desde ha he "
        "han fue ser soy eres estoy están tengo tiene hoy ayer mañana gracias hola bien mal todo toda todos nada "
        "nadie bueno buenos buenas día días años siempre nunca también a solo sólo ahora aquí allí vamos voy va ver "
        "hacer hace dos usted ustedes les nuestro nuestra vuestro mejor peor gente cosa cosas quiero puede pueden "
        "sigue servicio tienda cliente atención jaja jajaja"
    ),
    "en": (
        "the a an of and to in is are was were be been it its it's i i'm you your he she they we my me this that "
        "these those for on with at by from not no don't can't won't isn't have has had do does did will would can "
        "could should just so but or if when what who how why there their them our us as up out about all get got "
        "going go know like one now new time day good today tomorrow tonight than then too very more some any see "
        "love thanks please still only after back his her him off over service lol u im dont cant"
    ),
    "pt": (
        "o a os as um uma de do da dos das e em no na nos nas que é são não nao por para pra pro com se eu você voce "
        "vc vcs ele ela eles meu minha seu sua muito mais mas como está esta esse essa isso isto já ja tem foi ser "
        "sou estou tá ta ao à às só também tambem hoje ontem amanhã amanha obrigado obrigada bom boa bem mal tudo "
        "nada ninguém quando onde quem porque até ate sem sobre depois agora aqui vou vai fazer faz dia dias gente "
        "coisa melhor pior nunca sempre ainda q kkk kkkk rsrs aí pelo pela num dele dela há estão três sido mim "
        "consigo então nem pois"
    ),
    "gl": (
        "o a os as un unha uns unhas de do da dos das e en que é son non no na nos nas por para co coa cos coas polo "
        "pola se eu ti vós me te meu miña seu súa moi máis mais pero como está esta este isto xa hai foi ser estou "
        "estamos levo levamos ao á aos ás só tamén hoxe onte mañá grazas ben mal todo toda nada ninguén cando onde "
        "quen porque ata sen sobre despois agora aquí imos vou vai facer fai dúas día días xente cousa mellor peor "
        "nunca sempre aínda nin outra outro noso nosa voso vosa lle lles xuntos tres dende desde tes teño temos "
        "vostedes eses esa ese dun dunha nun nunha algunha ningún ningunha eran era fixo chegou"
    ),
    "ca": (
        "el la els les un una uns unes de del dels i en que és són no per amb se em et us ho hi li meu meva teu seu "
        "seva molt més però com està aquesta aquest això ja ha jo al als si nosaltres què quan on qui sense fins des "
        "he han estat ser soc som tinc tenim avui ahir demà gràcies bé mal tot tota tots res ningú mai sempre també "
        "només ara aquí anem vaig va fer fa dia dies gent cosa millor pitjor vol podem pot nostre nostra vostre "
        "vostra encara perquè doncs ens cap dues tres hores a ni altra vegada porto portem estic estem"
    ),
    "fr": (
        "le la les un une des du de et en que qui est sont ne pas pour par avec se ce cette ces cet je tu il elle on "
        "nous vous ils mon ma mes ton votre vos notre nos très plus mais comme déjà y a au aux si quoi quand où sans "
        "sur dans depuis ai ont été être suis avez aujourd'hui hier demain merci bien tout toute tous rien jamais "
        "toujours aussi seulement maintenant ici va faire fait jour jours gens chose mieux pire j'ai c'est n'est "
        "qu'il qu'on d'un d'une l'on quel quelle leur leurs encore parce même moi toi ça deux trois heures puis chez"
    ),
    "it": (
        "il lo la i gli le un uno una di del della dei delle e ed in che è sono non per con si mi ti ci vi mio mia "
        "tuo suo sua molto più ma come questa questo già c'è io al alla ai alle se noi cosa quando dove chi senza "
        "fino da dal dalla ho hai ha hanno stato essere siamo siete oggi ieri domani grazie bene male tutto tutta "
        "tutti niente nessuno mai sempre anche solo adesso ora qui andiamo va fare fa giorno giorni gente meglio "
        "peggio perché ancora due tre ore nostro vostro nel nella sul sulla ne lei loro quello quella"
    ),
    "de": (
        "der die das den dem des ein eine einen einem einer und in zu ist sind war nicht kein keine für mit auf an "
        "von im am bei sich ich du er sie es wir ihr mein meine dein unser unsere euer eure sehr mehr aber wie schon "
        "noch auch nur so wenn wann wo wer was ohne über seit bis habe hat haben hatte sein bin seid heute gestern "
        "morgen danke gut alles nichts niemand immer nie jetzt hier geht gehen machen macht tag tage leute besser "
        "schlechter weil dass doch mal ja nein euch uns mir mich aus nach vor zum zur oder werden wird wurde kann "
        "können drei zwei stunden"
    ),
    "eu": (
        "eta da ez bai du dut dute dugu duzu zen ziren dira naiz gara zara bat hau hori hauek hura izan egin dago "
        "daude nago gaude nire zure gure bere haien ere baina edo oso asko gutxi gabe gaur atzo bihar eskerrik kaixo "
        "egun egunak ordu orduak hemen hor non nor zer noiz nola zergatik inork inor ezer beti inoiz orain berriz lan "
        "etxe izango zuen zuten dituzte ditut bezala guztiak guztia arte ondo gaizki hobe txarra ona behin dela dugun "
        "delako daukat nahi behar ari zait zaigu zaio"
    ),
    "nl": (
        "de het een en van in is zijn was niet geen voor met op te dat die deze dit ik jij je hij zij ze wij we "
        "jullie mijn jouw ons onze heel meer maar als al nog ook alleen zo wanneer waar wie wat zonder over sinds tot "
        "heb heeft hebben had ben vandaag gisteren morgen bedankt goed alles niets niemand altijd nooit nu hier gaat "
        "gaan doen doet dag dagen mensen beter slechter omdat weer er naar om uit bij aan kan worden wordt twee drie "
        "uur"
    ),
}
