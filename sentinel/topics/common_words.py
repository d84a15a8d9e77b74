"""Common words by language: a phrase neither begins nor ends with one, except with what turns it round (*sin luz*)."""

from functools import cache
from typing import Final

from sentinel.matching.folding import fold

TURNS: Final = frozenset(("sin", "no", "not", "without", "never", "nunca", "sen", "sense", "nao", "non"))
"""Words that a phrase may begin with although they are common: *sin luz* says what *luz* does not."""

_COMMON: Final = {
    "es": (
        "el la los las lo un una unos unas de del al a y e o u en que qué es son ser fue fueron era eran sea está "
        "están estar estaba estamos estoy este esta esto estos estas ese esa eso esos esas aquel aquella no ni si sí "
        "por para pero porque pues con contra se me te le les nos os mi mis tu tus su sus ti mí él ella ellos ellas "
        "nosotros ustedes usted vosotros vuestro vuestra nuestro nuestra nuestros nuestras muy más mas menos como "
        "cómo cuando cuándo donde dónde quien quién cual cuál cuales hay haya he ha han hemos había ya yo sobre entre "
        "hasta desde durante tras según ante bajo todo toda todos todas algo alguien alguna alguno nada nadie ningún "
        "ninguna cada otro otra otros otras mismo misma mismos tan tanto tanta tal así también tampoco solo sólo aún "
        "aun todavía siempre nunca jamás casi bastante ahora hoy ayer mañana luego después antes aquí ahí allí allá "
        "tengo tiene tienen tenemos tener tenía hace hacer hacen haciendo hago hecho hizo va van voy vamos vaya ir ido "
        "puede pueden puedo poder podemos podría debe deben debería quiero quiere quieren sabe sé saber saben ver veo "
        "ve visto vez veces dice dicen decir dicho dijo da dan dar me dado pasa pasó sigue siguen seguimos sigo llevo "
        "lleva llevan llevamos parece creo favor gracias hola buenos buenas buen bueno buena días día tarde tardes "
        "noche noches hora horas minuto minutos semana semanas mes meses año años gente cosa cosas tipo verdad bien "
        "mal mejor peor gran dos tres cuatro uno primera primer segundo segunda jaja jajaja jajajaja q xq pq d x k tb "
        "amp rt vía via etc señores amigos saludos ojalá oye vale pues entonces además aunque mientras sino salvo "
        "incluso mucho mucha muchos muchas poco poca pocos pocas varios varias demás acá am pm sr sra eh ay oh lunes "
        "martes miércoles jueves viernes sábado domingo hayan hubo siendo sido tuvo estuvo será serán esté sin"
    ),
    "en": (
        "the a an of and or to in is are was were be been being it its it's i i'm i've i'd i'll me my mine myself you "
        "you're you've your yours he he's she they they're them their we we're we've us our this that that's these "
        "those there there's for on with at by from into onto off about as but so if when where why how who what which "
        "than then not no nor don't doesn't didn't can't won't wouldn't couldn't isn't wasn't aren't weren't haven't "
        "hasn't cannot can could would should will just do does did done doing have has had having get gets got "
        "getting go goes going gone went come came know think say says said tell told make made see saw want wants "
        "like one two three all any some every each other another more most much many very too also only even still "
        "again already yet ever never always now today tonight tomorrow yesterday day days hour hours hr hrs minute "
        "minutes min mins week weeks month year time times here out up down over back after before since until while "
        "because please thanks thank thx lol omg u ur im dont cant wont ive really way thing things something nothing "
        "anything someone anyone everyone good bad great well ok okay yes yeah hey hi hello let let's lets try trying "
        "am pm via rt amp w b c ya gonna wanna guys sure look looks been take took give gave need needs keep been "
        "may might must shall both few lot lots own same such through around between during without against under "
        "ever put seems seem feel first last next new old right left monday tuesday wednesday thursday friday "
        "saturday sunday what's who's where's how's here's btw idk smh tho though maybe actually literally wow use "
        "used using work works working find found ask asked call called him her his"
    ),
    "pt": (
        "o a os as um uma uns umas de do da dos das e em no na nos nas que é são ser foi era está estão estou esta "
        "este isto esse essa isso aquele aquela não nem se por para pra pro pelo pela com sem eu me mim meu minha meus "
        "minhas você vc vcs vocês seu sua seus suas ele ela eles elas nós nosso nossa te ti teu tua muito muita mais "
        "menos mas como quando onde quem qual porque pois já há tem têm tenho ter tinha ao à às aos até sobre entre "
        "desde só também nunca sempre ainda agora hoje ontem amanhã depois antes aqui ali lá tudo todo toda todos "
        "todas nada ninguém algo alguém cada outro outra outros outras mesmo mesma tão tanto assim vai vou vamos ir "
        "fazer faz fazem fez feito pode podem posso quero quer sei saber ver vi dia dias hora horas semana mês meses "
        "ano anos obrigado obrigada olá oi bom boa bem mal melhor pior gente coisa coisas favor né aí num numa dele "
        "dela deles q pq tb tbm kkk kkkk rs rsrs dar dá dois duas três um uns ficar fica estar vez vezes então"
    ),
    "gl": (
        "o a os as un unha uns unhas de do da dos das e en que é son ser foi era está están estou este esta isto ese "
        "esa iso non nin se por para polo pola con co coa sen eu me meu miña vós ti te teu túa el ela eles elas nós "
        "noso nosa voso vosa seu súa moi moito moita máis menos pero como cando onde quen cal porque pois xa hai ten "
        "teñen teño temos ter ao á aos ás ata sobre entre desde dende só tamén nunca sempre aínda agora hoxe onte mañá "
        "despois antes aquí alí todo toda todos todas nada ninguén algo cada outro outra outros mesmo tan tanto así "
        "vai vou imos ir facer fai fan feito pode poden podo quero quere sei ver día días hora horas semana mes meses "
        "ano anos grazas ola bo boa ben mal mellor peor xente cousa cousas favor dun dunha nun nunha levo leva levamos "
        "dous dúas tres vez veces nos nas no na"
    ),
    "ca": (
        "el la els les un una uns unes de del dels i o en que què és són ser era està estan estic aquest aquesta això "
        "aquell aquella aquests no ni si per pel pels amb sense jo em me meu meva tu et te teu teva ell ella ells "
        "elles nosaltres vosaltres nostre nostra vostre vostra seu seva molt molta molts més menys però com quan on "
        "qui quin quina perquè doncs ja hi ha han he hem té tenen tinc tenim al als fins sobre entre des només també "
        "mai sempre encara ara avui ahir demà després abans aquí allà tot tota tots totes res ningú alguna algun cada "
        "altre altra altres mateix tan tant així va vaig vas van anem anar fer fa fan fet pot poden puc vull vol sé "
        "saber veure dia dies hora hores setmana mes mesos any anys gràcies hola bon bona bé mal millor pitjor gent "
        "cosa coses sisplau li ho hi es us se sa na dos dues tres cop vegada porto portem porta"
    ),
    "fr": (
        "le la les un une des de du et ou en que qui quoi est sont être été ne pas plus pour par avec sans se ce cette "
        "ces cet je tu il elle on nous vous ils elles mon ma mes ton ta tes votre vos notre nos son sa ses leur leurs "
        "très mais comme déjà y a au aux si quand où sur dans depuis ai as ont avez avoir suis rien jamais toujours "
        "aussi maintenant ici va vont faire fait jour jours merci bonjour bien tout toute tous moi toi ça encore même "
        "c'est j'ai n'est qu'il d'un d'une heure heures"
    ),
}
LANGUAGES: Final = tuple(_COMMON)


@cache
def common_words(language: str) -> frozenset[str]:
    """A language's, folded; of one that has no list here, those of all.

    Examples
    --------
    >>> "porque" in common_words("es"), "porque" in common_words("en"), "porque" in common_words("und")
    (True, False, True)
    """
    lists = (_COMMON[language],) if language in _COMMON else _COMMON.values()
    return frozenset(fold(word) for each in lists for word in each.split())
