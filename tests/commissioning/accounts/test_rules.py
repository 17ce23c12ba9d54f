import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.accounts import rules
from commissioning.accounts.rules import matching_name


@pytest.mark.parametrize(
    "name",
    [
        "Cera Care Operations Ltd",
        "CERA CARE OPERATIONS LTD",
        "cera care operations limited",
        "Cera Care  Operations Ltd.",
        "The Cera Care Operations",
        "Céra Care Operations PLC",
        "Cera-Care Operations (Ltd)",
    ],
)
def test_spellings_of_one_name_are_one(name):
    assert matching_name(name) == "ceracareoperations"


def test_endings_may_follow_each_other():
    assert matching_name("Hunts Help Community Interest Company Limited") == matching_name(
        "Hunts Help C.I.C."
    )


def test_and_is_the_same_as_its_sign():
    assert matching_name("Age UK Cambridgeshire & Peterborough") == matching_name(
        "Age UK Cambridgeshire and Peterborough"
    )


@pytest.mark.parametrize("name", ["Limited", "The", "Ltd Ltd"])
def test_a_name_of_endings_alone_keeps_something(name):
    assert matching_name(name)


def test_different_names_stay_different():
    assert matching_name("Cam Sight") != matching_name("Peterborough Sight")
    assert matching_name("P3 Charity") != matching_name("P3")


def test_a_name_without_letters_or_digits_is_empty():
    assert matching_name(" -&. ") == "and"
    assert matching_name(" -!. ") == ""


@given(st.text(max_size=80))
def test_spaces_at_the_ends_and_doubled_spaces_never_matter(name):
    assert matching_name(name) == matching_name(f"  {name.replace(' ', '  ')} ")
    assert " " not in matching_name(name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234567", "01234567"),
        (" sc 123456 ", "SC123456"),
        ("OC301234", "OC301234"),
        ("ni012345", "NI012345"),
        ("CE012345", "CE012345"),
        ("R0001234", "R0001234"),
        ("IP12345R", "IP12345R"),
        ("", ""),
    ],
)
def test_company_numbers_are_kept_as_they_are_printed(typed, kept):
    assert rules.company_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1123456", "1123456"),
        ("203644", "203644"),
        ("sc012345", "SC012345"),
        ("NIC 100123", "NIC100123"),
        ("1123456–12", "1123456-12"),
    ],
)
def test_charity_numbers_of_three_registers(typed, kept):
    assert rules.charity_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"), [("1-101639123", "1-101639123"), ("1–101639123", "1-101639123"), ("rgt", "RGT")]
)
def test_cqc_provider_ids(typed, kept):
    assert rules.cqc_provider_id(typed) == kept


@pytest.mark.parametrize("typed", ["PBCD-1234-FGHJ", " pbcd-1234-fghj", "GB-PPON-PBCD–1234–FGHJ"])
def test_public_procurement_organisation_numbers(typed):
    assert rules.ppon(typed) == "PBCD-1234-FGHJ"
    assert rules.ppon("") == ""


def test_a_share_code_keeps_its_capitals():
    assert rules.share_code(" tB7g Kp9d ") == "tB7gKp9d"
    assert rules.share_code("") == ""


@pytest.mark.parametrize(
    ("check", "typed"),
    [
        (rules.ppon, "BCDP-1234-FGHJ"),
        (rules.ppon, "PBCD1234FGHJ"),
        (rules.share_code, "tB7gKp9"),
        (rules.share_code, "tB7g-Kp9d"),
        (rules.company_number, "12345"),
        (rules.company_number, "123456789"),
        (rules.company_number, "ABC12345"),
        (rules.charity_number, "12345"),
        (rules.charity_number, "0123456"),
        (rules.charity_number, "SC12345"),
        (rules.cqc_provider_id, "101639123"),
        (rules.cqc_provider_id, "1-1016"),
    ],
)
def test_a_number_in_another_form_is_refused_with_an_example(check, typed):
    with pytest.raises(ValueError, match="such as"):
        check(typed)


def test_each_kind_of_organisation_has_roles_of_its_own():
    assert rules.roles_of(is_authority=False) == ["provider_admin", "provider_editor"]
    assert "provider_admin" not in rules.roles_of(is_authority=True)
    assert rules.admin_role(is_authority=True) == "authority_admin"
    assert rules.admin_role(is_authority=False) == "provider_admin"


@pytest.mark.parametrize("role", ["lead", "director", "moderator", "board_chair", "authority_admin"])
def test_what_releases_signs_opens_or_moderates_needs_a_second_person(role):
    assert rules.needs_confirmation(role)


@pytest.mark.parametrize("role", ["evaluator", "lay_evaluator", "commissioner", "auditor", "provider_admin"])
def test_other_roles_count_at_once(role):
    assert not rules.needs_confirmation(role)


def test_areas_are_kept_a_line_each_and_once():
    typed = " Peterborough\r\n\r\nFenland \npeterborough\nHunts  and Fens"
    assert rules.areas(typed) == "Peterborough\nFenland\nHunts and Fens"
    assert rules.areas(" \n") == ""


@pytest.mark.parametrize(("is_own", "who"), [(True, "You are"), (False, "They are")])
def test_the_last_administrator_is_spoken_to_or_of(is_own, who):
    said = rules.why_not_lose_admin(holds=True, other_admins=0, is_authority=False, is_own=is_own)
    assert said.startswith(f"{who} the last administrator of this provider.")
