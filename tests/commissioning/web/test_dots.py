"""How often each number was given: said in words for whoever does not see the dots, and escaped."""

from commissioning.web.templatetags.portal import dots


def test_the_number_given_and_the_number_chosen_are_marked():
    drawn = dots([(0, 0), (1, 2)], 0, "Ana 1, Ben 1")
    assert 'aria-label="Ana 1, Ben 1"' in drawn
    assert 'portal-dots__place portal-dots__place--agreed"><span>·</span><span>0</span>' in drawn
    assert 'portal-dots__place portal-dots__place--some"><span>2</span><span>1</span>' in drawn


def test_nothing_chosen_marks_nothing_not_even_nought():
    assert "--agreed" not in dots([(0, 1)], None, "Ana 0")


def test_a_name_cannot_bring_markup():
    assert "<b>" not in dots([(0, 1)], None, "<b>Ana</b> 0")
