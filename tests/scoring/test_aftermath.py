"""After a crisis: what people were told of is no news, what is new or worse is."""

from datetime import timedelta

from sentinel.scoring.aftermath import Aftermath
from sentinel.scoring.level import Level
from tests.scoring.brand_story import ANGRY, CALM, BrandStory

GRUMBLING, SAD = (0.55, 0.12), (0.40, 0.15)


def after_a_crisis() -> BrandStory:
    """Three days of calm, six furious hours, eight quiet ones: the alert is over."""
    return BrandStory(seed=3).talk(72, 12, CALM).talk(6, 60, ANGRY).talk(8, 12, CALM)


def reached(story: BrandStory, begin: int) -> set[Level]:
    return {each.level for each in story.assessments[begin:]}


def test_a_mood_that_was_told_of_pages_nobody_again() -> None:
    """For a day people go on grumbling, less than in the crisis: no second alert.

    To a brand that had no crisis it is one.
    """
    story = after_a_crisis()
    assert story.assessments[-1].level is Level.CALM
    begin = len(story.assessments)
    story.talk(24, 15, GRUMBLING)
    assert Level.ALERT not in reached(story, begin)
    fresh = BrandStory(seed=3).talk(86, 12, CALM).talk(24, 15, GRUMBLING)
    assert Level.ALERT in reached(fresh, 0)


def test_a_second_storm_in_the_aftermath_pages() -> None:
    """A day later it bursts out again: an alert within twenty minutes."""
    story = after_a_crisis().talk(24, 12, GRUMBLING)
    begin = len(story.assessments)
    story.talk(1 / 3, 120, ANGRY)
    assert reached(story, begin) & {Level.ALERT, Level.CRISIS}


def grieving(story: BrandStory, hours: float, per_hour: int) -> BrandStory:
    """Every third person says that somebody was hurt, the others are sad about it."""
    for number in range(round(hours * per_hour)):
        story.now += timedelta(hours=1 / per_hour)
        story.observe(SAD, text=f"rezo por los heridos {number}" if number % 3 == 0 else None)
        story.assess()
    return story


def after_an_accident() -> BrandStory:
    """Two calm days, three hours in which many speak of the injured, and until nobody is woken any more."""
    story = grieving(BrandStory(seed=3).talk(48, 12, CALM), 3, 80)
    assert Level.CRISIS in reached(story, 0)
    while story.assess().level is not Level.CALM:
        story.talk(1, 12, CALM)
    return story


def test_grave_words_that_go_on_are_no_news() -> None:
    """People were told of an accident and it has been calm: who goes on mourning wakes nobody again, for half a day."""
    story = grieving(after_an_accident(), 1, 30)
    begin = len(story.assessments)
    grieving(story, 12, 30)
    assert not reached(story, begin) & {Level.ALERT, Level.CRISIS}


def test_grave_words_of_something_new_in_an_aftermath_page() -> None:
    """A day after the mourning ended, people are hurt again: an alert within the half hour."""
    story = after_an_accident().talk(24, 12, CALM)
    begin = len(story.assessments)
    grieving(story, 0.5, 60)
    assert reached(story, begin) & {Level.ALERT, Level.CRISIS}


def test_good_hours_end_an_aftermath() -> None:
    """Half a day as calm as ever leaves a third of what was expected; it counts as told only once it has been calm."""
    aftermath = Aftermath()
    aftermath.bad(4.0)
    assert aftermath.begin(100)
    assert aftermath.told(100) == 0.0
    aftermath.end()
    assert aftermath.told(100) == 4.0
    for hour in range(101, 113):
        aftermath.calming(hour, 0.0)
    assert 1.0 < aftermath.told(112) < 1.5
    for hour in range(113, 125):
        aftermath.calming(hour, 9.0)
    assert aftermath.told(124) < 1.5
    again = Aftermath()
    again.restore(aftermath.snapshot())
    assert again.told(124) == aftermath.told(124)
