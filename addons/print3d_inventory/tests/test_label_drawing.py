import random
import re
from xml.etree import ElementTree

from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..reports import labels
from ..reports.labels import bidi, fonts
from ..reports.labels.design import POINT, SMALLEST_MODULE, Code, Text
from ..reports.labels.qr import get_matrix
from ..reports.labels.sheet import count_pages
from .label_reader import decode, rasterise, read_zpl

URL = "https://shop.example.com/print3d/s/12345/0123456789abcdef0123"
HEBREW = "חוט שחור (מבריק) 1.75 PLA"


def make_label(number=1, **values):
    """A spool's label."""
    return {
        "name": f"SP{number:05}",
        "url": f"{URL[:-4]}{number:04}",
        "hexes": ["#1A1A1A"],
        "lines": [
            {"style": "strong", "text": "PLA · Brand"},
            {"style": "plain", "text": "A filament of some kind"},
            {"style": "plain", "text": "Black #1A1A1A"},
            {"style": "small", "text": "1.75 mm · 1000 g · empty 250 g"},
        ],
        **values,
    }


@tagged("post_install", "-at_install")
class TestLabelDecoding(BaseCase):
    """What is printed is read back by a real decoder, at the printers' resolutions."""

    def test_every_paper_is_read_back(self):
        for layout in labels.LAYOUTS.values():
            count = min(layout.per_page + 1, 7)
            printed = [make_label(number) for number in range(count)]
            pdf = labels.render_pdf(printed, layout)
            for dpi in (203, 300):
                with self.subTest(paper=layout.key, dpi=dpi):
                    found = [
                        text for page in rasterise(pdf, dpi) for text in decode(page)
                    ]
                    self.assertCountEqual(found, [label["url"] for label in printed])

    def test_full_sheet_is_read_back(self):
        for key in ("avery-l7651", "avery-5160"):
            layout = labels.find_layout(key)
            printed = [make_label(number) for number in range(layout.per_page)]
            (page,) = rasterise(labels.render_pdf(printed, layout), 300)
            self.assertCountEqual(decode(page), [label["url"] for label in printed])

    def test_long_and_right_to_left_names_leave_the_code_alone(self):
        for name in ("SP" + "0" * 60, "x" * 500, HEBREW * 9, "שחור", "中文 🧵", "-"):
            label = make_label(name=name, lines=[{"style": "plain", "text": name}] * 12)
            for key in ("dk-62x29", "dymo-11354", "avery-l7651", "dk62"):
                with self.subTest(name=name[:20], paper=key):
                    layout = labels.find_layout(key)
                    pages = rasterise(labels.render_pdf([label], layout), 203)
                    self.assertEqual(decode(pages[0]), [label["url"]])

    def test_zpl_is_read_back(self):
        for key in ("zpl-57x32", "zpl-102x51", "zpl-102x152"):
            for dpi in (203, 300, 600):
                layout = labels.find_layout(key, dpi)
                printed = [make_label(1), make_label(2, name=HEBREW)]
                read = read_zpl(labels.render_zpl(printed, layout, copies=3))
                self.assertEqual(len(read), 2)
                for label, given_label in zip(read, printed, strict=True):
                    with self.subTest(paper=key, dpi=dpi, name=given_label["name"]):
                        self.assertEqual(label.copies, 3)
                        self.assertEqual(
                            label.width, round(layout.label[0] / 25.4 * dpi)
                        )
                        self.assertEqual(
                            decode(label.draw_codes()), [given_label["url"]]
                        )
                        self._check_inside(label)

    def _check_inside(self, label):
        ((x, y, magnification, _level, text),) = label.codes
        side = magnification * len(get_matrix(text))
        self.assertLessEqual(x + side, label.width)
        # Firmware puts a code up to three modules lower.
        self.assertLessEqual(y + side + 3 * magnification, label.height)
        self.assertIn(magnification, range(1, 11))
        for left, top, size, wide, text in label.texts:
            self.assertTrue(left >= x + side or top >= y + side, text)
            self.assertLessEqual(left + wide, label.width, text)
            self.assertLessEqual(top + size, label.height, text)

    def test_zpl_escapes_what_commands_begin_with(self):
        label = make_label(name="A^XZ~JA_5\\&", url="https://a_b.example/~x/^y")
        (read,) = read_zpl(labels.render_zpl([label], labels.find_layout("zpl-102x51")))
        self.assertEqual(read.texts[0][-1], "A^XZ~JA_5\\&")
        self.assertEqual(read.codes[0][-1], "https://a_b.example/~x/^y")


@tagged("post_install", "-at_install")
class TestLabelDesign(BaseCase):
    def test_modules_are_whole_dots(self):
        for layout in labels.LAYOUTS.values():
            _height, things = labels.compose(make_label(), layout)
            (code,) = (thing for thing in things if isinstance(thing, Code))
            with self.subTest(paper=layout.key):
                self.assertAlmostEqual(code.step, code.dots * 72 / layout.dpi)
                self.assertGreaterEqual(code.step, SMALLEST_MODULE * POINT)

    def test_nothing_is_beyond_the_edge_or_in_the_quiet_zone(self):
        names = ("SP00001", "x" * 200, HEBREW * 5, "שחור")
        for layout in labels.LAYOUTS.values():
            for name in names:
                height, things = labels.compose(
                    make_label(
                        name=name,
                        lines=[
                            {"style": style, "text": f"{name} {index}"}
                            for index in range(6)
                            for style in ("strong", "plain", "small")
                        ],
                    ),
                    layout,
                )
                code = things[0]
                margin_x, margin_y = (side * POINT for side in layout.margin)
                for thing in things:
                    if not isinstance(thing, Text):
                        continue
                    with self.subTest(paper=layout.key, name=name[:20], text=thing):
                        self.assertGreaterEqual(thing.x, margin_x - 0.01)
                        self.assertLessEqual(
                            thing.x + thing.width,
                            layout.label[0] * POINT - margin_x + 0.01,
                        )
                        self.assertLessEqual(thing.y, height - margin_y + 0.01)
                        beside = thing.x >= code.x + code.side + 2 * code.step
                        below = thing.y - thing.size >= code.y + code.side
                        self.assertTrue(beside or below)

    def test_number_is_never_cut_on_the_common_papers(self):
        for key in ("dk-62x29", "dymo-11354", "dymo-99012", "avery-l7160"):
            _height, things = labels.compose(
                make_label(name="SPOOL-2026-00012"), labels.find_layout(key)
            )
            names = [thing.text for thing in things if isinstance(thing, Text)]
            self.assertEqual(names[0], "SPOOL-2026-00012")

    def test_continuous_paper_grows_with_what_is_on_it(self):
        layout = labels.find_layout("dk62")
        lines = [{"style": "plain", "text": f"Tool {n} · SP{n}"} for n in range(30)]
        short, _things = labels.compose(make_label(), layout)
        tall, things = labels.compose(make_label(lines=lines), layout)
        self.assertGreater(tall, short * 3)
        texts = [thing.text for thing in things if isinstance(thing, Text)]
        self.assertEqual(texts[1:], [line["text"] for line in lines])

    def test_without_colours_the_swatch_is_an_outline(self):
        for key, filled in (("dk-62x29", False), ("avery-l7160", True)):
            layout = labels.find_layout(key)
            drawn = labels.render_svg(
                next(labels.place([make_label(hexes=["#C1121F"])], layout)), layout
            )
            self.assertEqual("#C1121F" in drawn, filled, key)
        _height, things = labels.compose(
            make_label(), labels.find_layout("dk-62x29"), colour=True
        )
        self.assertTrue(things[1].filled)

    def test_several_translucent_or_no_colours(self):
        for hexes in ([], ["#FFFFFF80"], ["#C1121F", "#1D4ED8", "#16A34A"]):
            for key in ("dk-62x29", "avery-5163", "zpl-57x32"):
                layout = labels.find_layout(key)
                label = make_label(hexes=hexes)
                self.assertTrue(
                    labels.render_pdf([label], layout, colour=True).startswith(b"%PDF")
                )
                self.assertIn("^GC", labels.render_zpl([label], layout))

    def test_preview_is_sound_xml_of_what_is_printed(self):
        layout = labels.find_layout("avery-5163")
        label = make_label(name="<b>&\"'", lines=[{"style": "plain", "text": HEBREW}])
        for page in labels.place([label] * 3, layout, start=9):
            ElementTree.fromstring(labels.render_svg(page, layout))  # noqa: S314
        (first, second) = labels.place([label] * 3, layout, start=9)
        self.assertEqual((len(first.labels), len(second.labels)), (1, 2))
        self.assertIn(bidi.to_visual(HEBREW), labels.render_svg(first, layout))

    def test_labels_lie_on_their_sheet_and_apart(self):
        for layout in labels.LAYOUTS.values():
            places = [layout.get_place(index) for index in range(layout.per_page)]
            for index, (left, top) in enumerate(places):
                with self.subTest(paper=layout.key, index=index):
                    self.assertGreaterEqual(min(left, top), 0)
                    self.assertLessEqual(left + layout.label[0], layout.page[0] + 0.01)
                    self.assertLessEqual(top + layout.label[1], layout.page[1] + 0.01)
            for one, other in zip(places, places[1:], strict=False):
                apart = (
                    other[0] - one[0] >= layout.label[0] - 0.01
                    or other[1] - one[1] >= layout.label[1] - 0.01
                )
                self.assertTrue(apart, layout.key)

    def test_sheets_are_counted_as_they_are_filled(self):
        layout = labels.find_layout("avery-l7160")
        rng = random.Random(5)
        for _round in range(30):
            start, copies = rng.randrange(21), rng.randrange(1, 4)
            count = rng.randrange(1, 30)
            pages = list(labels.place([make_label()] * count, layout, start, copies))
            self.assertEqual(
                count_pages(count * copies, layout, start),
                (len(pages), (start + count * copies) % 21),
            )
        self.assertEqual(count_pages(0, layout, 4), (0, 4))

    def test_old_names_of_papers_still_work(self):
        self.assertEqual(labels.find_layout("a4").key, "avery-l7160")
        self.assertEqual(labels.find_layout("label").key, "dk-62x29")
        self.assertIsNone(labels.find_layout("nonsense"))
        self.assertEqual(labels.find_layout("zpl-57x32", 300).dpi, 300)
        self.assertEqual(labels.find_layout("zpl-57x32", 72).dpi, 203)
        self.assertEqual(labels.find_layout("dymo-11354", 203).dpi, 300)


@tagged("post_install", "-at_install")
class TestLabelText(BaseCase):
    def test_fonts_know_the_letters_of_the_shops(self):
        self.assertTrue(
            fonts.knows("Galaxy Black ÄÖÜß šč ФХЦ Ωλ · … אבגדהוזחטיכלמנסעפצקרשתךםןףץ״׳")
        )
        self.assertTrue(all(font for font, _part in fonts.split_by_font(HEBREW, True)))

    def test_right_to_left_is_turned_for_drawing(self):
        for text, drawn in (
            ("PLA black", "PLA black"),
            ("אב", "בא"),
            ("אב 12", "12 בא"),
            ("PLA אב", "PLA בא"),
            ("PLA אב 12", "PLA 12 בא"),
            ("(אב)", "(בא)"),
            ("אב (גד) 1.75 PLA", "PLA 1.75 (דג) בא"),
            ("", ""),
        ):
            self.assertEqual(labels.to_visual(text), drawn)
        self.assertEqual(labels.to_visual("PLA", rtl=True), "PLA")

    @settings(max_examples=400, deadline=None)
    @given(st.text(alphabet="אבגabc123 ()[].,-+%$/:·\"'ا٣\u05b7\u200f", max_size=14))
    def test_order_agrees_with_the_unicode_library(self, text):
        """Against python-bidi, which leaves brackets as they are and keeps marks."""
        text = re.sub("\u200f", "", text).strip()
        mirrored, bidi._MIRRORED = bidi._MIRRORED, {}
        try:
            self.assertEqual(bidi.to_visual(text), get_display(text))
        finally:
            bidi._MIRRORED = mirrored

    def test_text_is_cut_to_its_room(self):
        self.assertEqual(fonts.cut("short", 8, 200), "short")
        cut = fonts.cut("a very long name of a filament", 8, 50)
        self.assertTrue(cut.endswith("…"))
        self.assertLessEqual(fonts.get_width(cut, 8), 50)

    def test_text_is_broken_at_its_words(self):
        rows = fonts.wrap("one two three four five six", 8, 40, 2)
        self.assertEqual(len(rows), 2)
        self.assertTrue(rows[1].endswith("…"))
        self.assertEqual(fonts.wrap("x" * 99, 8, 60, 2)[0][-1], "…")
        self.assertEqual(fonts.tidy("two\nlines\tand\x00 more"), "two lines and more")
