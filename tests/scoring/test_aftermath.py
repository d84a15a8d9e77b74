"""After a crisis: what people were told of is no news, what is new or worse is."""

from sentinel.scoring.aftermath import Aftermath
from sentinel.scoring.level import Level
from tests.scoring.brand_story import ANGRY, CALM, BrandStory

GRUMBLING = (0.55, 0.12)


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
