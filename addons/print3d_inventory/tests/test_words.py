from odoo.tests import BaseCase, tagged

from ..tools import words


@tagged("post_install", "-at_install")
class TestWords(BaseCase):
    def test_polymer_and_fibre(self):
        for text, base, fibre in (
            ("PLA", "PLA", ""),
            ("pla+", "PLA", ""),
            ("PET-G", "PETG", ""),
            ("PCTG", "PETG", ""),
            ("PETG-CF", "PETG", "CF"),
            ("PLA CF10", "PLA", "CF"),
            ("PA6-GF", "PA", "GF"),
            ("PAHT-CF", "PA", "CF"),
            ("PA12CF15", "PA", "CF"),
            ("Carbon Fibre Nylon", "PA", "CF"),
            ("ASA-CF", "ASA", "CF"),
            ("PPA-CF", "PPA", "CF"),
            ("TPU95A", "TPU", ""),
            ("FLEX", "TPU", ""),
            ("BVOH", "PVA", ""),
            ("Moondust", "", ""),
            ("", "", ""),
            (None, "", ""),
        ):
            with self.subTest(text=text):
                reading = words.read(text)
                self.assertEqual((reading.base, reading.fibre), (base, fibre))

    def test_traits_change_how_it_prints_or_looks(self):
        for text, traits in (
            ("PLA", set()),
            ("PLA Basic", set()),
            ("PLA+", {"plus"}),
            ("PLA Silk", {"silk"}),
            ("PLA-S", {"support"}),
            ("PA-S", {"support"}),
            ("Support for PLA", {"support"}),
            ("TPU-AMS", {"ams"}),
            ("TPU for AMS", {"ams"}),
            ("PLA-AERO", {"foaming"}),
            ("PETG HF", {"fast"}),
            ("PLA High Speed Matte", {"fast", "matte"}),
            ("PETG Translucent", {"translucent"}),
            ("Silk Rainbow PLA", {"silk", "gradient"}),
        ):
            with self.subTest(text=text):
                self.assertEqual(words.read(text).traits, traits)

    def test_what_the_type_says_comes_before_the_preset(self):
        reading = words.read("PLA", "Prusament PETG Galaxy Silver")
        self.assertEqual(reading.base, "PLA")
        self.assertLessEqual({"galaxy", "silver"}, reading.words)

    def test_brands_are_the_same_in_many_spellings(self):
        for names in (
            ("Bambu Lab", "Bambu", "BBL", "BambuLab", "bambu lab"),
            ("Prusament", "Prusa Polymers", "Prusa Research", "PRUSA"),
            ("Halcyon Polymers", "Halcyon", "Halcyon Ltd."),
            ("Polymaker", "PolyLite", "PolyTerra"),
            ("Señor Filamento", "senor filamento"),
        ):
            with self.subTest(names=names):
                self.assertEqual(len({words.brand_key(name) for name in names}), 1)
                self.assertTrue(words.brand_key(names[0]))

    def test_vendors_that_are_none(self):
        for name in ("Generic", "(Unknown)", "", None, "Made for Prusa", "My Vendor"):
            with self.subTest(name=name):
                self.assertEqual(words.brand_key(name), "")

    def test_a_name_of_noise_is_still_a_name(self):
        self.assertEqual(words.brand_key("Filament Company"), "filamentcompany")

    def test_brand_at_the_front_of_a_preset(self):
        known = {"bambu", "devildesign"}
        for preset, brand in (
            ("Bambu PLA Silk", "bambu"),
            ("Devil Design PLA Galaxy", "devildesign"),
            ("PolyTerra PLA", "polymaker"),
            ("Generic PLA", ""),
            ("PLA Bambu", ""),
            ("", ""),
        ):
            with self.subTest(preset=preset):
                self.assertEqual(words.find_brand(preset, known), brand)

    def test_presets_lose_their_printer(self):
        for name, clean in (
            ("Bambu PLA Basic @BBL A1", "Bambu PLA Basic"),
            ("Generic PLA @BBL H2C 0.4 nozzle", "Generic PLA"),
            ("Prusament PETG - Copy", "Prusament PETG"),
            ("box.3mf (KVP ABS @VORON - Copy)", "KVP ABS"),
            ("- default -", ""),
            ("My Settings", ""),
            (None, ""),
        ):
            with self.subTest(name=name):
                self.assertEqual(words.clean_preset(name), clean)

    def test_endless_names_are_cut(self):
        self.assertLessEqual(len(words.fold("ﬁ" * 100_000)), 400)
        self.assertLessEqual(len(words.clean_preset("(" * 100_000)), words.MAX_TEXT)
        self.assertEqual(words.read("PLA" + " x" * 100_000).base, "PLA")
