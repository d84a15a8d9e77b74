"""The table of attacks against somebody who is signed in, in every role and with every right to brands: what a foreign
page makes their browser do is refused, whoever they are.
"""

import pytest

from tests.web.attacks import ATTACKS, SESSIONS, Attack
from tests.web.people import USERS, a_closed_stand, cookie_in, sign_in
from tests.web.raw import a_request, send
from tests.web.test_attacks import addresses, what_is, with_names

OF_NOBODY = [each for each in ATTACKS.values() if each not in SESSIONS and not each.tokens]
"""Rows that say nothing of who asks."""


@pytest.mark.parametrize("brands", [(), ("Acme",)], ids=["all", "some"])
@pytest.mark.parametrize("account", USERS)
async def test_no_row_gets_further_for_being_signed_in(account: str, brands: tuple[str, ...]) -> None:
    """Each is refused as it is for nobody, or told to sign in, and nothing has changed."""
    stand, name = a_closed_stand(users={each: {**user, "brands": brands} for each, user in USERS.items()})
    names, before, through = addresses(stand, stand.incidents[name]), what_is(stand), []
    async with stand.client() as client:
        session = f"sentinel_session={cookie_in(await sign_in(client, account))}"
        port = int(client.url.rpartition(":")[2])
        for attack in OF_NOBODY:
            headers = {key: with_names(value, names) for key, value in attack.headers.items()}
            headers["Cookie"] = f"{headers['Cookie']}; {session}" if "Cookie" in headers else session
            answer = await send(
                port, a_request(attack.method, with_names(attack.path, names), headers, attack.body, port)
            )
            if not refused(attack, answer.status) or b"Traceback" in answer.body:
                through.append((attack.name, answer.status))
        assert through == []
    assert what_is(stand) == before


def refused(attack: Attack, status: int) -> bool:
    """As the table says; a row that is no refusal for nobody (a page to look at) is none for them either."""
    return status == attack.status or 400 <= status < 500
