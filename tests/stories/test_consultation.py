"""A running daemon asks an area of the house over its channel, is killed, and brings the answer to whoever asked."""

import re
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from sentinel.mention import Author, Mention
from tests.stories.daemon import RunningDaemon, eventually, just_now, settings_for
from tests.stories.phone import a_phone

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/a/\S+)")


def test_a_complaint_is_asked_about_and_answered_by_the_link_of_the_message(tmp_path: Path) -> None:
    """Ana asks billing; the boss's phone gets the question, and Ana's the answer that he gave on its link, after the
    daemon was killed in between.
    """
    with a_phone() as phone:
        settings = settings_for(phone.url("ana"), phone.url("boss"))
        settings["areas"] = {"billing": {"label": {"es": "Facturación"}, "contacts": ["boss"]}}
        with RunningDaemon(tmp_path, settings) as daemon:
            complaint = Mention(
                source="http",
                id="1",
                text="Acme me ha cobrado dos veces y nadie contesta",
                published_at=just_now(),
                author=Author(id="eva"),
            )
            daemon.send([complaint])
            waits = "/api/v1/mentions?request=new&brand=Acme"
            (heard,) = eventually(lambda: daemon.json(waits)["mentions"], "the complaint is in the list")
            path = f"/api/v1/mentions/{heard['number']}/consultations"
            status, _ = daemon.post(path, b'{"by": "ana", "area": "billing", "question": "Se devuelve?"}')
            assert status == 201
            question = eventually(
                lambda: [each for each in phone.pages if each[0] == "boss"], "the question is on the boss's phone"
            )[0]
            assert question[1] == "Ana pregunta a Facturación por Acme"
            assert "cobrado dos veces" in question[2]
            daemon.kill()
            daemon.start()
            link = LINK.search(question[2])
            assert link is not None
            answered = urlencode({"quick": "yes", "text": "el viernes"}).encode()
            with urlopen(f"http://127.0.0.1:{daemon.port}{link[1]}/answer", data=answered) as page:
                assert "Contestaste" in page.read().decode()
            told = eventually(lambda: [each for each in phone.pages if each[0] == "ana"], "Ana is told")[0]
            assert told[1] == "Facturación ha contestado: Acme"
            assert "Boss: Sí. el viernes" in told[2]
            held = daemon.json("/api/v1/mentions?request=taken")["mentions"][0]["request"]
            assert (held["holder"], held["steps"][-1]["by"]) == ("ana", "boss")
