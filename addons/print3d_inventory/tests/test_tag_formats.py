import base64
import io
import json
from datetime import date

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import cbor, ndef, openprinttag, openspool, tags
from ..tools.tag_facts import TagFacts

# The sample tag of the OpenPrintTag specification (tests/encode_decode/01): where the
# sections lie, and the one of the material in its 206 bytes.
META = bytes.fromhex("a10218d2")
MAIN = bytes.fromhex(
    "bf041b000007d0fcab45f9056a33333463353466303838080009000a76504c41205072757361204761"
    "6c61787920426c61636b0b6950727573616d656e740e1a68d3c7d7101903e8111903f4121901181344"
    "3d3e3dff181c9f17ff181df93cf6182218cd182318e1182418aa182518281826183c18271218281828"
    "182914182a1840182b18c8182c1864182d183418389f0001ff183b831832fa4134cccdfa43014ccd18"
    "3c69323730203330203230ff"
).ljust(206, b"\0")
AUX = bytes.fromhex("bf001901bc01666d79686f6d65ff").ljust(35, b"\0")
PAYLOAD = META + MAIN + AUX
UID = "E0040108662F6FBC"

OPENSPOOL = {
    "protocol": "openspool",
    "version": "1.0",
    "type": "PLA",
    "color_hex": "FFAABB",
    "brand": "Generic",
    "min_temp": "220",
    "max_temp": "240",
}


@tagged("post_install", "-at_install")
class TestCbor(BaseCase):
    @settings(max_examples=300, deadline=None)
    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**63), 2**64 - 1)
            | st.floats(allow_nan=False)
            | st.text(max_size=300)
            | st.binary(max_size=300),
            lambda inner: st.lists(inner, max_size=4)
            | st.dictionaries(st.integers(0, 70_000), inner, max_size=4),
            max_leaves=8,
        ).filter(lambda item: _depth(item) <= cbor.MAX_DEPTH)
    )
    def test_reads_what_the_library_writes(self, item):
        data = cbor2.dumps(item)
        self.assertEqual(cbor.decode(data + b"rest"), (item, len(data)))

    @settings(max_examples=500, deadline=None)
    @given(st.binary(max_size=60))
    def test_any_bytes_are_read_as_the_library_does_or_refused(self, data):
        try:
            item, end = cbor.decode(data)
        except cbor.CborError:
            return
        self.assertLessEqual(end, len(data))
        stream = io.BytesIO(data)
        try:
            known = cbor2.CBORDecoder(stream, tag_hook=lambda _d, tag: tag.value)
            expected = known.decode()
        except Exception:  # noqa: BLE001 (dates and sets the library makes of tags)
            return
        if not _has_tag(data):
            self.assertEqual(repr(item), repr(expected))
            self.assertEqual(end, stream.tell())

    def test_endless_containers(self):
        for text, item in (
            ("bf01020304ff", {1: 2, 3: 4}),
            ("9f0102ff", [1, 2]),
            ("7f6161 6162ff", "ab"),
            ("5f4101420203ff", b"\x01\x02\x03"),
            ("f93cf6", 1.240234375),
            ("c11a514b67b0", 1363896240),
        ):
            data = bytes.fromhex(text.replace(" ", ""))
            self.assertEqual(cbor.decode(data), (item, len(data)))

    def test_damaged_bytes_are_refused(self):
        for text in (
            "",
            "bf01",
            "ff",
            "9bffffffffffffffff",
            "5a7fffffff00",
            "61ff",
            "1c",
            "1f",
            "bf01ff",
            "a1a0a0",
            "81" * 40 + "00",
            "7f01ff",
            "82ff",
            "e0",
        ):
            with self.subTest(data=text), self.assertRaises(cbor.CborError):
                cbor.decode(bytes.fromhex(text))


def _depth(item):
    if isinstance(item, list):
        return 1 + max(map(_depth, item), default=0)
    if isinstance(item, dict):
        return 1 + max(map(_depth, item.values()), default=0)
    return 0


def _has_tag(data):
    """Whether some byte may begin a tag: those the library turns into objects."""
    return any(byte >> 5 == 6 or byte >> 5 == 7 for byte in data)


@tagged("post_install", "-at_install")
class TestNdef(BaseCase):
    def test_message_is_read_as_it_was_written(self):
        records = [
            ndef.Record("application/json", json.dumps(OPENSPOOL).encode()),
            ndef.Record("url", b"https://shop.example/print3d/s/1/0123"),
            ndef.Record(openprinttag.MIME, bytes(400)),
        ]
        self.assertEqual(ndef.parse(ndef.build(records)), records)

    def test_uri_prefix_is_shortened(self):
        message = ndef.build([ndef.Record("url", b"https://a.example")])
        self.assertEqual(message, b"\xd1\x01\x0aU\x04a.example")
        self.assertEqual(ndef.parse(b"\xd1\x01\x02U\x63a")[0].text, "a")

    def test_text_records(self):
        self.assertEqual(
            ndef.parse(b"\xd1\x01\x05T\x02enok")[0], ndef.Record("text", b"ok")
        )

    def test_memory_of_a_tag(self):
        message = ndef.build([ndef.Record("url", b"https://a.example")])
        short = b"\x03" + bytes([len(message)]) + message + b"\xfe"
        long = b"\x03\xff" + len(message).to_bytes(2, "big") + message + b"\xfe"
        for memory in (
            b"\xe1\x40\x27\x01" + short,
            b"\xe2\x40\x00\x01\x00\x00\x01\x00" + b"\x00\x01\x03abc" + long,
            short,
        ):
            self.assertEqual(ndef.parse_memory(memory)[0].text, "https://a.example")

    @settings(max_examples=400, deadline=None)
    @given(st.binary(max_size=80))
    def test_any_bytes_are_read_or_refused(self, data):
        for read in (ndef.parse, ndef.parse_memory):
            try:
                records = read(data)
            except ndef.NdefError:
                continue
            self.assertTrue(records)

    def test_chunks_and_cut_off_messages_are_refused(self):
        message = ndef.build([ndef.Record("url", b"https://a.example")])
        for data in (
            b"",
            message[:-1],
            message[:3],
            bytes([message[0] | 0x20]) + message[1:],
        ):
            with self.assertRaises(ndef.NdefError):
                ndef.parse(data)


@tagged("post_install", "-at_install")
class TestOpenPrintTag(BaseCase):
    def test_sample_of_the_specification(self):
        facts = openprinttag.read(PAYLOAD, bytes.fromhex(UID))
        self.assertEqual(facts.title, "Prusament PLA Prusa Galaxy Black")
        self.assertEqual(facts.material, "PLA")
        self.assertEqual(facts.gtin, "8594173675001")
        self.assertEqual(facts.batch, "334c54f088")
        self.assertEqual(facts.hexes, ("#3D3E3D",))
        self.assertEqual((facts.net_weight_g, facts.tare_weight_g), (1012, 280))
        self.assertEqual(facts.used_g, 444)
        self.assertEqual(facts.diameter_mm, 1.75)
        self.assertEqual(facts.density, 1.24)
        self.assertEqual((facts.nozzle_temp_min, facts.nozzle_temp_max), (205, 225))
        self.assertEqual((facts.bed_temp_min, facts.bed_temp_max), (40, 60))
        self.assertEqual(facts.made_on, date(2025, 9, 24))
        # The number the specification's own program derives of that chip.
        self.assertEqual(
            facts.identities,
            (("openprinttag", "bf63e92d-9ca5-53d7-9fab-ffdd0240c585"),),
        )

    def test_own_number_of_the_package_counts_first(self):
        number = bytes(range(16))
        payload = cbor2.dumps({}) + cbor2.dumps({0: number, 8: 0})
        facts = openprinttag.read(payload, bytes.fromhex(UID))
        self.assertEqual(
            facts.identities,
            (("openprinttag", "00010203-0405-0607-0809-0a0b0c0d0e0f"),),
        )
        self.assertFalse(openprinttag.read(cbor2.dumps({}) + b"\xa0").identities)

    def test_newer_and_older_fields(self):
        main = {
            9: 1,
            16: 750,
            19: b"\xff\x00\x00\x7f",
            20: b"\x00\xff\x00",
            57: 65,
            58: 360,
            61: 2850,
            15: 1893456000,
            200: {1: [2]},
        }
        facts = openprinttag.read(cbor2.dumps({}) + cbor2.dumps(main))
        self.assertEqual(facts.material, "PETG")
        self.assertEqual(facts.hexes, ("#FF00007F", "#00FF00"))
        self.assertEqual((facts.drying_temp, facts.drying_hours), (65, 6))
        self.assertEqual((facts.net_weight_g, facts.diameter_mm), (750, 2.85))
        self.assertEqual(facts.expires_on, date(2030, 1, 1))
        old = openprinttag.read(cbor2.dumps({}) + cbor2.dumps({30: 2.85}))
        self.assertEqual(old.diameter_mm, 2.85)

    def test_nonsense_is_left_out_or_refused(self):
        main = {
            9: 999,
            10: 5,
            16: "x",
            17: float("inf"),
            19: b"\x00",
            14: 10**30,
            34: -5,
        }
        facts = openprinttag.read(cbor2.dumps({}) + cbor2.dumps(main))
        self.assertEqual(facts, TagFacts(standard="openprinttag", diameter_mm=1.75))
        for payload in (b"", b"\x01", b"\xa0", b"\xa1\x00\x19\xff\xff", PAYLOAD[:40]):
            with self.assertRaises(openprinttag.OpenPrintTagError):
                openprinttag.read(payload)

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(PAYLOAD) - 1), st.integers(0, 255))
    def test_a_damaged_byte_does_no_harm(self, at, byte):
        damaged = bytearray(PAYLOAD)
        damaged[at] = byte
        try:
            facts = openprinttag.read(bytes(damaged))
        except openprinttag.OpenPrintTagError:
            return
        json.dumps(facts.to_dict())


@tagged("post_install", "-at_install")
class TestOpenSpool(BaseCase):
    def test_example_of_the_project(self):
        facts = openspool.read(json.dumps(OPENSPOOL))
        self.assertEqual((facts.brand, facts.material), ("Generic", "PLA"))
        self.assertEqual(facts.hexes, ("#FFAABB",))
        self.assertEqual((facts.nozzle_temp_min, facts.nozzle_temp_max), (220, 240))
        self.assertFalse(facts.identities)

    def test_extended_fields(self):
        facts = openspool.read(
            {
                **OPENSPOOL,
                "color_hex": "#afafaf",
                "additional_color_hexes": ["EEFFEE", "nonsense", 5],
                "subtype": "Rapid",
                "bed_min_temp": 50,
                "weight": 1000,
                "diameter": "1.75",
                "alpha": 128,
            }
        )
        self.assertEqual(facts.hexes, ("#AFAFAF", "#EEFFEE"))
        self.assertEqual(facts.name, "PLA Rapid")
        self.assertEqual((facts.bed_temp_min, facts.net_weight_g), (50, 1000))
        self.assertEqual(facts.diameter_mm, 1.75)
        one = openspool.read({**OPENSPOOL, "alpha": "80"})
        self.assertEqual(one.hexes, ("#FFAABB80",))

    def test_written_tags_are_read_back(self):
        facts = TagFacts(
            standard="openspool",
            brand="פרינט",
            material="PETG",
            batch="A1",
            hexes=("#C1121F80", "#16A34A"),
            diameter_mm=1.75,
            net_weight_g=750.0,
            nozzle_temp_min=230,
            nozzle_temp_max=250,
            bed_temp_min=70,
        )
        read = openspool.read(openspool.write(facts))
        self.assertEqual(read.hexes, ("#C1121F", "#16A34A"))
        for name in ("brand", "material", "batch", "diameter_mm", "net_weight_g"):
            self.assertEqual(getattr(read, name), getattr(facts, name))
        self.assertEqual(read.bed_temp_min, 70)
        bare = json.loads(openspool.write(TagFacts(standard="openspool")))
        # What the format asks for is always there.
        self.assertEqual(bare["protocol"], "openspool")
        self.assertEqual(bare["color_hex"], "FFFFFF")
        self.assertNotIn("min_temp", bare)
        data = json.loads(openspool.write(facts))
        self.assertEqual(data["min_temp"], "230")

    def test_other_things_are_refused(self):
        for data in (
            "",
            "{",
            "[]",
            "5",
            b"\xff",
            {},
            {"protocol": "other"},
            "[" * 5000,
        ):
            with self.assertRaises(openspool.OpenSpoolError):
                openspool.read(data)
        facts = openspool.read(
            {"protocol": "OpenSpool", "min_temp": "hot", "weight": "nan"}
        )
        self.assertIsNone(facts.nozzle_temp_min)
        self.assertIsNone(facts.net_weight_g)


@tagged("post_install", "-at_install")
class TestTags(BaseCase):
    def test_numbers_are_written_in_one_way(self):
        for text in ("04:a2:2b:c1:d3:e4:f5", "04A22BC1D3E4F5", "04 a2 2b c1 d3 e4 f5"):
            self.assertEqual(tags.normalise_uid(text), "04A22BC1D3E4F5")
        for text in (
            "",
            None,
            5,
            "04A2",
            "00000000",
            "04A22BC1D",
            "xyzw1234",
            "0" * 14,
        ):
            self.assertEqual(tags.normalise_uid(text), "")
        number = "0123456789abcdef0123456789ABCDEF"
        self.assertEqual(tags.normalise_tray_uuid(number), number.upper())
        for text in ("0" * 32, number[:-1], None):
            self.assertEqual(tags.normalise_tray_uuid(text), "")

    def test_slot_of_a_bambu_printer(self):
        facts = tags.read(
            {
                "tray_uuid": "0123456789ABCDEF0123456789ABCDEF",
                "tag_uid": "A1B2C3D400000100",
                "tray_type": "PLA",
                "tray_sub_brands": "PLA Basic",
                "tray_color": "FFFFFFFF",
                "cols": ["FFFFFFFF", "FF000080"],
                "tray_weight": "1000",
                "tray_diameter": "1.75",
                "nozzle_temp_max": "230",
                "drying_temp": "55",
                "drying_time": "8",
            }
        )
        self.assertEqual(facts.title, "Bambu Lab PLA Basic")
        self.assertEqual(facts.hexes, ("#FFFFFF", "#FF000080"))
        self.assertEqual((facts.net_weight_g, facts.drying_hours), (1000, 8))
        self.assertEqual(
            facts.identities,
            (
                ("tray_uuid", "0123456789ABCDEF0123456789ABCDEF"),
                ("uid", "A1B2C3D400000100"),
            ),
        )

    def test_what_a_phone_read(self):
        facts = tags.read(
            {
                "uid": "e0:04:01:08:66:2f:6f:bc",
                "records": [
                    {"kind": "url", "data": _base64(b"https://3dtag.org/s/334c54f088")},
                    {"kind": openprinttag.MIME, "data": _base64(PAYLOAD)},
                ],
            }
        )
        self.assertEqual(facts.standard, "openprinttag")
        self.assertEqual(facts.url, "https://3dtag.org/s/334c54f088")
        self.assertEqual(
            facts.identities,
            (
                ("openprinttag", "bf63e92d-9ca5-53d7-9fab-ffdd0240c585"),
                ("uid", UID),
            ),
        )
        text = {"kind": "application/json", "text": json.dumps(OPENSPOOL)}
        self.assertEqual(tags.read({"records": [text]}).standard, "openspool")
        self.assertEqual(tags.read(OPENSPOOL).brand, "Generic")
        self.assertEqual(tags.read({"uid": UID}).identities, (("uid", UID),))

    def test_raw_bytes_of_a_reader(self):
        message = ndef.build([ndef.Record(openprinttag.MIME, PAYLOAD)])
        self.assertEqual(tags.read({"ndef": _base64(message)}).brand, "Prusament")
        size = len(message)
        memory = b"\xe1\x40\x27\x01\x03\xff" + size.to_bytes(2, "big") + message
        self.assertEqual(tags.read({"memory": _base64(memory)}).brand, "Prusament")

    def test_nonsense_says_nothing(self):
        for payload in (
            None,
            "text",
            {},
            {"uid": "?"},
            {"records": "x"},
            {"records": [5, {"kind": None, "data": "!!"}]},
            {"ndef": "!!"},
            {"ndef": _base64(b"\x00")},
            {"tray_uuid": "0" * 32},
            {"protocol": "other"},
            {"records": [{"kind": openprinttag.MIME, "data": _base64(b"\xff")}]},
        ):
            self.assertIsNone(tags.read(payload), payload)

    def test_facts_are_ready_for_json(self):
        facts = openprinttag.read(PAYLOAD, bytes.fromhex(UID)).to_dict()
        self.assertEqual(json.loads(json.dumps(facts)), facts)
        self.assertEqual(facts["made_on"], "2025-09-24")
        self.assertNotIn("url", facts)


def _base64(data):
    return base64.b64encode(data).decode()
