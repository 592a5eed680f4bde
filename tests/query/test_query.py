"""What people type into the search, taken apart."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from slicer.vocabulary import TERMS
from tools import query
from tools.query import FIELD, FIGURE, SETTING, WORD, parse


def one(text):
    """The only term of a text."""
    (term,) = parse(text, TERMS)
    return term


def brief(text):
    """Kind, name, operator and number or words of each term."""
    return [
        (
            term.kind,
            term.name,
            term.operator,
            term.number if term.number is not None else term.words,
        )
        for term in parse(text, TERMS)
    ]


# === WORDS === #


def test_words_and_phrases():
    first, second = parse('dragon "low poly" ', TERMS)
    assert (first.kind, first.words, first.phrase) == (WORD, ("dragon",), False)
    assert (second.words, second.phrase) == (("low", "poly"), True)
    assert one("cable_clip").phrase
    assert one("3-way").words == ("3", "way")


@pytest.mark.parametrize("sign", ["-", "!", "−"])
def test_minus(sign):
    term = one(f"{sign}silk")
    assert (term.negated, term.words) == (True, ("silk",))
    assert one(f'{sign}"low poly"').negated
    assert one(f"{sign}material:petg").negated
    assert one(f"{sign}supports=yes").negated


def test_a_number_below_zero_is_no_minus():
    term = one("offset<-0.2")
    assert (term.negated, term.number) == (False, -0.2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Épée-Ångström", ["epee", "angstrom"]),
        ("Straße", ["strasse"]),
        ("Øre ŁÓDŹ", ["ore", "lodz"]),
        ("phoneStand_v2", ["phone", "stand", "v2"]),
        ("M3x8.5 1,75mm", ["m3x8", "5", "1.75", "mm"]),
        ("龙蛋", ["龙", "蛋"]),
        ("שָׁלוֹם", ["שלום"]),
        ("कमल", ["कमल"]),
        ("a\x00b", ["a", "b"]),
        ("🐉 dragon", ["dragon"]),
        ("x" * 100, ["x" * query.MAX_WORD]),
    ],
)
def test_words_of(text, words):
    assert query.words_of(text) == words


# === CONDITIONS === #


@pytest.mark.parametrize(
    ("typed", "operator"),
    [("<", "<"), ("<=", "<="), (">", ">"), (">=", ">="), ("=", "="), ("!=", "!=")]
    + [("==", "="), ("<>", "!="), ("=<", "<="), ("=>", ">="), ("≤", "<=")]
    + [("≥", ">="), ("≠", "!=")],
)
@pytest.mark.parametrize("blank", ["", " "])
def test_operators(typed, operator, blank):
    term = one(f"layer_height{blank}{typed}{blank}0,2")
    assert (term.kind, term.name) == (SETTING, "layer_height")
    assert (term.operator, term.number) == (operator, 0.2)


@pytest.mark.parametrize(("alias", "name"), sorted(query.ALIASES.items()))
def test_aliases_mean_terms(alias, name):
    assert name in TERMS
    assert one(f"{alias}=1").name == name
    assert one(f"{alias.replace('_', ' ')} = 1").name == name


def test_no_name_means_two_things():
    tables = (query.ALIASES, query.FIELDS, query.FIGURES)
    for place, table in enumerate(tables):
        for other in tables[place + 1 :]:
            assert not table.keys() & other.keys()


@pytest.mark.parametrize(("alias", "name"), sorted(query.FIELDS.items()))
def test_fields(alias, name):
    term = one(f"{alias}:abc")
    assert (term.kind, term.name, term.words) == (FIELD, name, ("abc",))
    assert one(f'{alias}: "a b"').words == ("a", "b")
    assert one(f"{alias}=abc").kind == FIELD
    assert one(f"{alias}!=abc").negated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("time<2h30m", ("time", "<", 9000)),
        ("time<2h30", ("time", "<", 9000)),
        ("time<=90min", ("time", "<=", 5400)),
        ("time<90", ("time", "<", 5400)),
        ("time:1:30", ("time", "=", 5400)),
        ("time>1d", ("time", ">", 86400)),
        ("time<1.5h", ("time", "<", 5400)),
        ("grams<12", ("grams", "<", 12)),
        ("weight>=1.5kg", ("grams", ">=", 1500)),
        ("grams<12,5g", ("grams", "<", 12.5)),
        ("success>90%", ("success", ">", 90)),
        ("success>0.9", ("success", ">", 90)),
        ("success=90", ("success", ">=", 90)),
    ],
)
def test_figures(text, expected):
    term = one(text)
    assert term.kind == FIGURE
    assert (term.name, term.operator, term.number) == expected


def test_a_unit_apart_is_a_word():
    first, second = parse("time<45 s", TERMS)
    assert first.number == 45 * 60
    assert second.words == ("s",)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("time:1h-3h", 3600, 10800),
        ("time=30m..2h", 1800, 7200),
        ("grams:20-50g", 20, 50),
        ("grams:50–20", 20, 50),
        ("layer:0.1-0.2", 0.1, 0.2),
        ("infill=10..20%", 10, 20),
    ],
)
def test_ranges(text, low, high):
    term = one(text)
    assert term.operator == "in"
    assert (term.number, term.upper) == (low, high)


def test_between():
    assert brief("0.1<layer<=0.3") == [
        (SETTING, "layer_height", ">", 0.1),
        (SETTING, "layer_height", "<=", 0.3),
    ]
    assert brief("0.6=nozzle") == [(SETTING, "nozzle_diameter", "=", 0.6)]


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("size<200x100x180", (200, 180, 100)),
        ("size<20x10x18cm", (200, 180, 100)),
        ("size<8in", None),
        ("fits:250×210", (250, 210, 210)),
        ("size<200*200*200", (200, 200, 200)),
    ],
)
def test_sizes(text, sides):
    term = one(text)
    assert term.name == "size"
    assert term.size == sides
    if sides is None:
        assert term.number == pytest.approx(203.2)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("layer<0.2mm", 0.2),
        ("layer<200µm", 0.2),
        ("layer<0.02cm", 0.2),
        ("infill<15%", 15),
        ("temp>=240°C", 240),
        ("speed<60mm/s", 60),
        ("min_layer_time<1m", 60),
        ("min_layer_time<5", 5),
    ],
)
def test_units(text, number):
    assert one(text).number == pytest.approx(number)


def test_names_of_several_words():
    assert brief("dragon first layer height < 0.3 egg") == [
        (WORD, "", "=", ("dragon",)),
        (SETTING, "first_layer_height", "<", 0.3),
        (WORD, "", "=", ("egg",)),
    ]


def test_and_between_conditions_says_nothing():
    assert brief("layer<0.2 and nozzle=0.6") == brief("layer<0.2 nozzle=0.6")
    assert brief("salt and pepper")[1] == (WORD, "", "=", ("and",))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("layer_height<", "no_value"),
        ("<0.2", "no_name"),
        ("=", "no_name"),
        ("a=b=c", "no_name"),
        ("layer<abc", "no_number"),
        ("designer>anna", "no_number"),
        ("time<soon", "no_time"),
        ("grams<heavy", "no_weight"),
        ("grams<-5", "no_weight"),
        ("size<big", "no_size"),
        ("size<0x1x1", "no_size"),
        ("success>150", "no_share"),
        ("designer:", "no_value"),
        ('material:""', "no_value"),
    ],
)
def test_errors_are_told(text, error):
    assert one(text).error == error


def test_colours_stay_as_they_are_typed():
    term = one("colour:#1E4FCB")
    assert (term.kind, term.value, term.error) == (FIELD, "#1E4FCB", "")


def test_an_address_is_no_field():
    assert all(not term.error for term in parse("file://x https://a.b/c", TERMS))


def test_settings_that_nobody_knows():
    term = one("odd_Name>=3")
    assert (term.kind, term.name, term.number) == (SETTING, "odd_Name", 3)


# === ANYTHING === #

TYPED = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab1 .,:<>=!-\"'%_\\x×()*&|#\t\n“≤")), st.characters()
    ),
    max_size=80,
)


@given(TYPED)
@example('"' * 501)
@example("-" * 501)
@example("a<" * 300)
@example("1." * 300)
@example("time<" + "1h" * 240)
@example("\ue0000\ue001")
@example('"a" \ue0000\ue001 <"b"')
def test_nothing_is_refused(text):
    terms = parse(text, TERMS)
    assert len(terms) <= query.MAX_TERMS
    for term in terms:
        assert term.text
        assert term.error or term.words or term.number is not None or term.value
        if term.kind == WORD:
            assert term.words
        if term.kind == FIGURE and not term.error:
            assert term.number is not None or term.size
        if not term.error and term.operator in ("<", "<=", ">", ">="):
            assert term.number is not None or term.size
        for word in term.words:
            # What goes into a tsquery without being quoted again.
            assert not set(word) & set("'\\:&|!()<>* \t\n")
            assert len(word) <= query.MAX_WORD


@given(TYPED)
def test_words_are_words_of_themselves(text):
    words = query.words_of(text)
    assert query.words_of(" ".join(words)) == words


@given(st.lists(st.sampled_from(["dragon", "layer<0.2", "-silk", "time<2h"])))
def test_order_is_kept(parts):
    terms = parse(" ".join(parts), TERMS)
    assert [term.text for term in terms] == parts[: query.MAX_TERMS]


def test_long_texts_are_cut():
    terms = parse("word " * 10_000, TERMS)
    assert len(terms) == query.MAX_TERMS


@given(st.integers(0, 400), st.integers(0, 59))
def test_times_as_they_are_written(hours, minutes):
    seconds = hours * 3600 + minutes * 60
    for text in (
        f"{hours}h{minutes}m",
        f"{hours}h {minutes} min",
        f"{hours}:{minutes}",
    ):
        assert query.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "1x", "abc", "-5", "1h-2m", "1h 2x"])
def test_no_times(text):
    assert query.seconds(text) is None


def test_minutes_without_their_unit():
    assert query.seconds("1h2") == 3720
