"""A brand's days, and what the watch makes of them."""

from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.scoring.brand_scorer import BrandScorer, signals
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from tests.fakes import START
from tests.scoring.brand_story import ANGRY, CALM, FLAT, HAPPY, BrandStory


def a_known_brand(per_hour: float = 12, **settings: object) -> BrandStory:
    """Three ordinary days."""
    story = BrandStory(settings=ScoringSettings(**settings)).talk(72, per_hour, CALM)  # type: ignore[arg-type]
    assert story.levels == ["calm"]
    story.assessments.clear()
    return story


def test_calm_weeks_stay_calm() -> None:
    """Two ordinary weeks never leave calm."""
    story = BrandStory(seed=7).talk(24 * 14, 15, CALM)
    assert story.levels == ["calm"]
    assert story.peak < 35


def test_a_firestorm_reaches_alert_within_half_an_hour_then_crisis() -> None:
    """Many angry people at once."""
    story = a_known_brand().talk(0.5, 120, ANGRY)
    assert story.levels[:2] == ["calm", "watch"]
    assert "alert" in story.levels
    story.talk(1, 200, ANGRY)
    assert story.levels[-1] == "crisis"
    last = story.assessments[-1]
    assert last.contributions["negativity"] > 30
    assert [evidence.signal for evidence in last.evidence][0] in ("negativity", "volume")
    assert last.samples
    assert last.samples[0].text.startswith("mention")


def test_calm_returns_after_the_storm() -> None:
    """When people stop, the level is left step by step, never at once."""
    story = a_known_brand().talk(1, 200, ANGRY).talk(14, 12, CALM)
    assert story.levels[-1] == "calm"
    assert story.levels.index("crisis") < len(story.levels) - 1


def test_praise_pages_nobody() -> None:
    """A campaign that people love is loud, and no crisis."""
    assert a_known_brand().talk(3, 300, HAPPY).peak < 60


def test_a_flat_article_copied_everywhere_pages_nobody() -> None:
    """Copies are one voice; others who repeat it count as noise, not as anger."""
    story = a_known_brand()
    story.observe(FLAT)
    assert story.talk(1, 300, FLAT, copy=True).peak < 60


def test_seven_accounts_with_one_text_are_no_crisis() -> None:
    """A flood made by few is capped, and the gate says so if it held anything down."""
    story = a_known_brand()
    for number in range(400):
        story.now += timedelta(seconds=3)
        story.observe(ANGRY, author=f"bot{number % 7}", copy=number > 0)
        story.assess()
    assert "crisis" not in story.levels


def test_three_angry_people_are_not_a_crowd() -> None:
    """Few mentions and few authors never make an alert."""
    story = a_known_brand(per_hour=1)
    for _ in range(3):
        story.now += timedelta(minutes=1)
        story.observe(ANGRY, author="same")
    assert story.assess().level.rank <= Level.WATCH.rank


def test_a_brand_nobody_knows_yet_says_so_and_still_alarms() -> None:
    """With half a day of history priors stand in; an outburst is still seen."""
    story = BrandStory().talk(12, 20, CALM)
    assert story.assess().warming
    assert "alert" in story.talk(0.7, 200, ANGRY).levels


def test_a_new_brand_is_not_in_trouble_for_being_larger_than_most() -> None:
    """Sixty an hour from the first hour on, three in ten of them cross as ever: its own hours soon say more than a
    prior.
    """
    paged = 0
    for seed in range(16):
        story = BrandStory(seed=seed)
        for _ in range(600):
            story.now += timedelta(hours=story._rng.expovariate(60))
            roll = story._rng.random()
            story.observe(ANGRY if roll < 0.3 else HAPPY if roll < 0.5 else FLAT)
            story.assess()
        paged += story.peak >= 60
    assert paged <= 1  # by the prior alone it would be seven


def test_a_slow_burn_is_seen_without_a_peak() -> None:
    """The volume stays what it was; the mood sours over a day and a half."""
    story = a_known_brand(per_hour=25)
    for step in range(36):
        share = 0.3 + 0.5 * step / 35
        for _ in range(25):
            story.now += timedelta(minutes=2.4)
            story.observe(ANGRY if story._rng.random() < share else HAPPY if story._rng.random() < 0.3 else FLAT)
            story.assess()
    assert "alert" in story.levels
    assert max(a.contributions["persistence"] for a in story.assessments) > 20


def test_late_mentions_teach_and_never_alarm() -> None:
    """A backfill of angry posts from yesterday raises nothing; two days of backfill make the brand known."""
    story = BrandStory()
    for minutes in range(0, 60 * 48, 5):
        story.observe(CALM, at=START - timedelta(hours=50) + timedelta(minutes=minutes), late=True)
    assert not story.assess().warming
    for _ in range(300):
        story.observe(ANGRY, at=START - timedelta(minutes=30), late=True)
    assert story.assess().score == 0.0


def test_blindness_is_unknown_and_holds_the_level() -> None:
    """While a source is silent what is heard is a lower bound; the level neither falls nor resolves."""
    story = a_known_brand().talk(1, 200, ANGRY)
    level = story.assessments[-1].level
    story.watch.blind(True, story.now)
    later = story.watch.assess(story.now + timedelta(hours=9))
    assert level.rank >= Level.ALERT.rank
    assert later.level is level
    story.watch.blind(False, story.now + timedelta(hours=9))
    assert story.watch.assess(story.now + timedelta(hours=10)).score is not None


def test_blind_hours_teach_nothing() -> None:
    """A night without data is not a quiet night."""
    story = a_known_brand(per_hour=20)
    usual, learnt = story.watch._baseline.rate, story.watch._baseline.hours
    story.watch.blind(True, story.now)
    story.watch.assess(story.now + timedelta(hours=30))
    story.watch.blind(False, story.now + timedelta(hours=30))
    story.watch.assess(story.now + timedelta(hours=37.5))
    assert abs(story.watch._baseline.rate - usual) < 0.05 * usual
    assert learnt < story.watch._baseline.hours < learnt + 10


def test_a_deleted_mention_is_no_sample() -> None:
    """What its author took back is not shown."""
    story = a_known_brand().talk(1, 200, ANGRY)
    sample = story.assessments[-1].samples[0]
    story.watch.forget(sample.key)
    assert sample not in story.assess().samples
    story.watch.forget(("x", "unknown"))


def test_a_snapshot_goes_on_exactly() -> None:
    """Through MessagePack and back, the next hours give the same assessments to the last digit."""
    one, other = a_known_brand(), BrandStory()
    one.talk(0.3, 100, ANGRY)
    plain = msgspec.msgpack.decode(msgspec.msgpack.encode(one.watch.snapshot()))
    other.watch = BrandScorer("Acme", ScoringSettings())
    other.watch.restore(plain)
    other.now, other._rng, other._ids = one.now, one._rng, one._ids
    state = one._rng.getstate()
    one.talk(2, 100, ANGRY)
    other._rng.setstate(state)
    other._ids = one._ids
    other.talk(2, 100, ANGRY)
    assert [(a.score, a.level, a.contributions) for a in one.assessments[-len(other.assessments) :]] == [
        (a.score, a.level, a.contributions) for a in other.assessments
    ]
    assert len(msgspec.msgpack.encode(one.watch.snapshot())) < 80_000


def test_looking_more_often_changes_nothing() -> None:
    """Assessments at instants when nothing was due leave the next score as it would have been.

    Scores only: a level is left after half an hour of low scores, and it takes looks to see how long that has been.
    More of them see its end sooner, by less than the two minutes after which `due` asks for the next one.
    """

    def told(extra: bool) -> list[tuple[float | None, dict[str, float]]]:
        story = a_known_brand().talk(0.5, 60, ANGRY)
        out = []
        for _ in range(12):
            story.now += timedelta(minutes=5)
            if extra:
                story.watch.assess(story.now - timedelta(minutes=2))
            story.observe(ANGRY)
            assessment = story.watch.assess(story.now)
            out.append((assessment.score, assessment.contributions))
        return out

    assert told(True) == told(False)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), storm=st.integers(0, 60))
def test_contributions_sum_and_one_more_complaint_never_lowers_the_score(seed: int, storm: int) -> None:
    """Whatever was said before, the points sum to the score, and another furious stranger does not lower it."""
    story = BrandStory(seed=seed).talk(30, 6, CALM)
    for _ in range(storm):
        story.now += timedelta(seconds=20)
        story.observe(ANGRY if story._rng.random() < 0.6 else HAPPY)
    before = story.watch.assess(story.now)
    assert round(sum(before.contributions.values()), 2) == before.score
    assert set(before.contributions) == set(signals())
    story.observe((2.0, -1.0))
    after = story.watch.assess(story.now)
    assert after.score is not None
    assert before.score is not None
    assert after.score >= before.score - 0.01


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(12)))
def test_the_order_within_a_minute_does_not_matter(order: list[int]) -> None:
    """The same mentions of one minute in any order give the same score."""

    def told(places: list[int]) -> tuple[float | None, dict[str, float]]:
        watch = BrandStory(seed=3).talk(48, 5, CALM)
        moods = [(0.9, 0.02) if n % 3 else (0.2, 0.4) for n in range(12)]
        story = watch
        story._rng.seed(0)
        gauss = [(min(0.97, n), p) for n, p in moods]
        for place in places:
            story._rng.seed(place)
            story.observe(gauss[place], author=f"a{place}", source="x")
        assessment = story.watch.assess(story.now)
        return assessment.score, assessment.contributions

    assert told(list(order)) == told(list(range(12)))


def test_weights_turn_signals_off_and_up() -> None:
    """Weight 0 takes a signal away altogether; a larger one adds points."""
    plain = a_known_brand().talk(0.5, 60, ANGRY).assessments[-1]
    off = a_known_brand(weights={"volume": 0.0}).talk(0.5, 60, ANGRY).assessments[-1]
    up = a_known_brand(weights={"spread": 2.0}).talk(0.5, 60, ANGRY).assessments[-1]
    assert "volume" not in off.contributions
    assert up.contributions["spread"] >= plain.contributions["spread"]


def test_the_score_never_passes_a_hundred() -> None:
    """With every weight doubled the contributions shrink alike and still sum."""
    story = a_known_brand(weights=dict.fromkeys(signals(), 2.0)).talk(2, 400, ANGRY)
    last = story.assessments[-1]
    assert story.peak == 100.0
    assert round(sum(last.contributions.values()), 2) == last.score


def test_an_hour_of_a_storm_teaches_nothing_while_windows_still_read_it() -> None:
    """Six hours of a storm are compared with what was usual before it, not with its own first hours."""
    story = a_known_brand(per_hour=10)
    usual = story.watch._baseline.rate
    story.talk(6, 100, ANGRY)
    assert story.watch._baseline.rate < 1.1 * usual
    assert story.assessments[-1].contributions["volume"] > 20


def test_one_customer_with_forty_five_posts_wakes_nobody() -> None:
    """One angry person, however loud; three are no crowd either."""
    for customers in (1, 3):
        story = a_known_brand()
        for number in range(20 * customers + 25):
            story.now += timedelta(minutes=1)
            story.observe(ANGRY, author=f"customer{number % customers}")
            story.assess()
        assert Level.ALERT.value not in story.levels


def test_five_accounts_in_the_night_are_no_crisis() -> None:
    """At three, when nobody else speaks; an alert is allowed."""
    story = a_known_brand()
    story.now = story.now.replace(hour=3)
    for number in range(30):
        story.now += timedelta(minutes=1)
        story.observe(ANGRY, author=f"puppet{number % 5}")
        story.assess()
    assert Level.CRISIS.value not in story.levels


def test_a_storm_under_copies_of_one_kind_sentence_is_still_a_crisis() -> None:
    """Six accounts repeat a kind sentence five hundred times; a hundred others are furious."""
    story = a_known_brand()
    for number in range(600):
        story.now += timedelta(seconds=10)
        if number % 6:
            story.observe(HAPPY, author=f"kind{number % 7}", copy=number > 5)
        else:
            story.observe(ANGRY)
        story.assess()
    assert Level.CRISIS.value in story.levels


def test_a_brand_that_is_always_scolded_is_in_trouble_when_many_more_scold() -> None:
    """One star every other day for two months; then two an hour: no mood is left to worsen. Told within eight hours,
    and not taken for the new usual within two days.
    """
    story = BrandStory()
    for _ in range(30):
        story.now += timedelta(hours=48 * story._rng.uniform(0.5, 1.5))
        story.observe((0.9, 0.02), source="reviews")
        story.assess()
    assert story.levels == ["calm"]
    begun = story.now
    story.talk(44, 2, (0.9, 0.02), source="reviews")
    alerts = [each.at for each in story.assessments if each.level.rank >= Level.ALERT.rank]
    assert alerts[0] - begun < timedelta(hours=8)
    assert all(each.level.rank >= Level.ALERT.rank for each in story.assessments if each.at >= alerts[0])
    assert story.watch._baseline.rate < 0.3


def test_a_launch_is_no_fire() -> None:
    """Forty times as many people as usual, a fifth of them read as angry as on any day."""
    story = a_known_brand()
    for _ in range(500):
        story.now += timedelta(seconds=14)
        roll = story._rng.random()
        story.observe(ANGRY if roll < 0.2 else HAPPY if roll < 0.5 else FLAT)
        story.assess()
    assert story.assessments[-1].contributions["volume"] > 5
    assert Level.ALERT.value not in story.levels


def test_reviews_that_know_the_day_only_make_no_storm_at_midnight() -> None:
    """Four a day, all dated at midnight, for two months."""
    story = BrandStory(now=START.replace(hour=0, minute=0, second=0, microsecond=0))
    for _ in range(60):
        for _ in range(story._rng.randint(1, 7)):
            story.observe((0.8, 0.1), source="reviews")
        story.assess()
        story.silence(24)
    assert Level.ALERT.value not in story.levels[3:]
    assert all(each.level.rank < Level.ALERT.rank for each in story.assessments if each.at > START + timedelta(days=4))


def test_half_of_a_crowd_that_reports_soberly_does_not_hide_the_other_half() -> None:
    """Of a brand that is always scolded forty people say in a quarter of an hour that it is out of order, half of them
    soberly: they are happier than its people usually are, and its loudness counts in full all the same.
    """
    story = BrandStory(seed=5).talk(96, 2, ANGRY)
    begin = len(story.assessments)
    for number in range(40):
        story.now += timedelta(seconds=22)
        story.observe(FLAT if number % 2 else ANGRY)
        story.assess()
    assert any(each.level is Level.ALERT for each in story.assessments[begin:])
