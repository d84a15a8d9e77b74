"""What is talked about, in phrases that people write."""

import pytest

from sentinel.sentiment.sentiment import Label
from sentinel.topics.brand_talk import brand_talk
from tests.topics.posts import post, posts

OUTAGE = (
    "Otro apagón en toda España, increíble",
    "Vaya apagón en toda España esta tarde",
    "APAGÓN EN TODA ESPAÑA y nadie explica nada",
    "apagon en toda España, mi abuela con oxígeno",
    "No funciona el pago con tarjeta",
    "El pago con tarjeta lleva roto desde ayer",
    "¿Alguien sabe qué pasa con el pago con tarjeta?",
)


def names(*texts: str, own: tuple[str, ...] = (), lang: str = "es") -> list[str]:
    return [each.name for each in brand_talk(posts(*texts, lang=lang), own=own).topics]


def test_topics_are_phrases_as_people_write_them() -> None:
    """Four speak of a power cut and three of cards: two topics, named with accents though some leave them out."""
    assert names(*OUTAGE)[:2] == ["apagón en toda España", "pago con tarjeta"]


def test_people_count_and_not_posts() -> None:
    """One account says a thing twenty times: it is one person's, and no topic beside that of three people."""
    alone = [post(n, f"los yogures vienen caducados, van {n} veces", by="pest") for n in range(20)]
    talk = brand_talk([*alone, *posts(*OUTAGE, first=100)])
    assert "yogures" not in " ".join(each.name for each in talk.topics)
    assert talk.people == 8


def test_copies_count_once() -> None:
    """Thirty accounts paste one sentence: it counts as the one voice that it repeats."""
    pasted = posts(*["Devolved el dinero de la cuota anual a los socios del club ya mismo"] * 30)
    talk = brand_talk([*pasted, *posts(*OUTAGE, first=100)])
    assert not any("cuota" in each.name for each in talk.topics)


def test_a_known_copy_counts_where_what_it_repeats_is_not_at_hand() -> None:
    """The first to say it spoke before the window: what follows is one voice, and not none."""
    repeated = [post(n, "Cierran la fábrica de Vigo sin avisar a nadie", copy=True) for n in range(5)]
    assert brand_talk(repeated).people == 1


def test_brand_names_handles_addresses_and_figures_are_no_topics() -> None:
    """What every post has in it says nothing about what is talked about."""
    said = [
        f"@acme_es 15000 {each} https://acme.example/aviso #Acme" for each in ("Acme fatal", "Acme horrible", "Acme")
    ]
    assert names(*said, *OUTAGE, own=("acme",))[:2] == ["apagón en toda España", "pago con tarjeta"]
    found = " ".join(names(*said, own=("acme",)))
    assert "acme" not in found.lower()
    assert "15000" not in found


def test_what_is_complained_of_is_new_by_what_everybody_said_before() -> None:
    """Half of the few who complain speak of the queue, and as many of everybody as before: that is not new."""
    happy = posts(*(f"me gusta el plato número {chr(97 + n % 26) * 5}" for n in range(76)), label=Label.POSITIVE)
    angry = posts(*("hay mucha cola en la caja" for _ in range(2)), first=100)
    cola = [post(200 + n, f"otra vez cola larga {chr(97 + n) * 4}") for n in range(4)]
    before = [post(300 + n, f"otra vez cola larga {chr(97 + n) * 4}") for n in range(4)]
    said = brand_talk([*happy, *angry, *cola], before=[*happy, *before])
    (topic,) = [each for each in said.complained if "cola" in each.name]
    assert (topic.before, topic.new) == (4, False)


@pytest.mark.parametrize(
    ("lang", "said", "topic"),
    [
        (
            "en",
            ("my flight was cancelled flight again", "a cancelled flight and no hotel", "Cancelled flights all day"),
            "cancelled flight",
        ),
        ("pt", ("ficamos sem a conta digital", "a conta digital caiu", "cadê a conta digital?"), "conta digital"),
        ("gl", ("o corte de auga segue", "outro corte de auga en Lugo", "corte de auga no barrio"), "corte de auga"),
        (
            "ca",
            ("avaria a la línia", "una altra avaria a la línia groga", "Avaria a la línia de metro"),
            "avaria a la línia",
        ),
        ("es", ("seguimos sin luz", "sin luz en casa", "otra vez sin luz"), "sin luz"),
    ],
)
def test_topics_of_every_language(lang: str, said: tuple[str, ...], topic: str) -> None:
    """A phrase neither begins nor ends in a common word, but in one that turns it round."""
    assert names(*said, lang=lang)[0] == topic


def test_a_tag_of_several_words_is_a_phrase() -> None:
    """Two people write #SinLuz and two of them sin luz: four say it."""
    (topic,) = brand_talk(
        posts("#SinLuz", "ya van tres días sin luz", "#SinLuz en el barrio", "sin luz otra vez")
    ).topics[:1]
    assert (topic.name, topic.people) == ("sin luz", 4)


def test_strengths_and_weaknesses() -> None:
    """What is praised is a strength unless more people scold it."""
    praise = posts(
        "me encanta la atención telefónica", "la atención telefónica, genial", "gran atención telefónica hoy",
        "el pago con tarjeta va perfecto", "pago con tarjeta rápido", label=Label.POSITIVE, first=50,
    )  # fmt: skip
    talk = brand_talk([*posts(*OUTAGE), *praise])
    assert [each.name for each in talk.praised] == ["atención telefónica"]
    assert [each.name for each in talk.complained][:2] == ["apagón en toda España", "pago con tarjeta"]


def test_what_is_new_since_before() -> None:
    """Forty people spoke of cards yesterday, and of no power cut: that is new today."""
    yesterday = posts(*(f"el pago con tarjeta {chr(97 + n) * 6} falla" for n in range(24)))
    talk = brand_talk(posts(*OUTAGE, first=100), before=yesterday)
    assert {each.name: each.new for each in talk.topics if each.people > 2} == {
        "apagón en toda España": True,
        "pago con tarjeta": False,
    }
    assert [each.new for each in brand_talk(posts(*OUTAGE)).topics] == [False] * len(brand_talk(posts(*OUTAGE)).topics)


def test_what_everybody_always_says_is_no_topic() -> None:
    """Of an airline people say flight, today as yesterday; on the day of a strike they say strike, and never did."""
    yesterday = posts(*(f"flight to {chr(97 + n) * 5}" for n in range(24)), lang="en")
    today = posts(*(f"flight to {chr(97 + n) * 6}" for n in range(12)), lang="en", first=50)
    strike = posts(*(f"strike at {chr(97 + n) * 6}" for n in range(12)), lang="en", first=90)
    talk = brand_talk([*today, *strike], before=yesterday)
    assert [each.name for each in talk.topics] == ["strike"]


def test_the_quiet_hour_before_is_not_what_happened() -> None:
    """Who neither complains nor tells of anything grave is not quoted, however many say it."""
    calm = posts(*(f"Acme patrocina la carrera popular de la ciudad {n}" for n in range(9)), label=Label.NEUTRAL)
    angry = posts(
        "Acme lleva tres días sin dar servicio en Cádiz", "tres días sin servicio de Acme, qué vergüenza", first=20
    )
    assert brand_talk(calm, own=("acme",)).sentences == ()
    assert {each.post.label for each in brand_talk([*calm, *angry], own=("acme",)).sentences} <= {Label.NEGATIVE}


def test_two_sentences_tell_what_happened() -> None:
    """The most central sentence, and the gravest one of somebody else; no insult, no question, no copy."""
    said = [
        *posts(
            "@acme Hay un apagón en toda España desde las doce. Qué vergüenza",
            "Un apagón en toda España y los semáforos apagados",
            "¿Por qué hay otro apagón en toda España ahora mismo, Acme?",
            "Sois unos sinvergüenzas y unos inútiles con el apagón en toda España",
        ),
        post(9, "Dos heridos en el ascensor de un hospital de Vigo por el apagón", grave=True),
    ]
    first, second = brand_talk(said, own=("acme",)).sentences
    assert first.text in (
        "Hay un apagón en toda España desde las doce.",
        "Un apagón en toda España y los semáforos apagados",
    )
    assert (second.text, second.grave) == ("Dos heridos en el ascensor de un hospital de Vigo por el apagón", True)


def test_an_account_that_floods_tells_nothing() -> None:
    """What one account writes over and over is not what happened."""
    flood = [post(n, f"Apagón en toda España por culpa de la mafia número {n} del puerto", by="bot") for n in range(8)]
    talk = brand_talk([*flood, *posts(*OUTAGE, first=100)])
    assert all("mafia" not in each.text for each in talk.sentences)


def test_the_same_posts_give_the_same_talk() -> None:
    """Nothing in it hangs on the order of a set."""
    assert brand_talk(posts(*OUTAGE)) == brand_talk(posts(*OUTAGE))


def test_nobody_speaks() -> None:
    """No posts, no topics; posts without a word neither."""
    assert brand_talk([]).topics == ()
    assert brand_talk(posts("👍", "…", "https://acme.example")).sentences == ()
