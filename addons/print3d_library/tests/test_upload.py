import io
import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestCreateFromUpload(Print3dLibraryCommon):
    def test_file_on_the_library_makes_model_and_variant(self):
        version = self.Slice.with_user(self.user_operator)._create_from_upload(
            "cable_clip_0.2mm_PLA_MK4_1h5m.gcode", self._make_gcode()
        )
        model = version.product_tmpl_id
        self.assertRecordValues(
            model,
            [{"name": "Cable clip", "is_print3d_model": True, "purchase_ok": False}],
        )
        self.assertEqual(version.product_id, model.product_variant_id)
        self.assertEqual((version.state, version.read_state), ("draft", "done"))

    def test_titles(self):
        for name, title in (
            ("box.gcode.3mf", "Box"),
            ("phone-stand_plate_1.gcode", "Phone-stand"),
            ("CE3_benchy.gcode", "Benchy"),
            ("My  Part v2.gcode", "My Part v2"),
            ("_.gcode", "_.gcode"),
        ):
            with self.subTest(name=name):
                self.assertEqual(self.Slice._get_upload_title(name), title)

    def test_file_on_a_variant_adds_a_version(self):
        product = self._create_model().product_variant_id
        first = self._create_version(product)
        second = self._create_version(product)
        self.assertEqual(product.slice_ids, second + first)

    def test_file_on_a_model_goes_to_its_only_variant(self):
        model = self._create_model()
        version = self.Slice._create_from_upload(
            "part.gcode", self._make_gcode(), template=model
        )
        self.assertEqual(version.product_id, model.product_variant_id)

    def test_file_on_a_model_of_several_variants_is_asked_for_one(self):
        model = self._create_variants()
        with self.assertRaisesRegex(UserError, "2 variants"):
            self.Slice._create_from_upload(
                "part.gcode", self._make_gcode(), template=model
            )

    def test_file_on_another_product_makes_it_a_model(self):
        product = self.env["product.product"].create({"name": "A hook"})
        self.Slice._create_from_upload("a.gcode", self._make_gcode(), product=product)
        self.assertTrue(product.is_print3d_model)

    def test_same_file_on_the_same_variant_is_used_again(self):
        first = self._create_version(salt=7)
        again = self.Slice._create_from_upload(
            "other name.gcode", self._make_gcode(salt=7), product=first.product_id
        )
        self.assertEqual(again, first)
        self.assertTrue(again.env.context["print3d_upload_reused"])

    def test_same_file_on_the_library_makes_no_second_model(self):
        first = self._create_version(salt=7)
        again = self.Slice._create_from_upload("x.gcode", self._make_gcode(salt=7))
        self.assertEqual(again, first)

    def test_same_file_on_another_variant_is_its_own_version(self):
        first = self._create_version(salt=7)
        other = self._create_model().product_variant_id
        second = self._create_version(other, salt=7)
        self.assertNotEqual(first, second)
        self.assertEqual(first.file_id.sha256, second.file_id.sha256)

    def test_stream_is_as_good_as_bytes(self):
        stream = io.BytesIO(self._make_gcode())
        version = self.Slice._create_from_upload("part.gcode", stream)
        self.assertEqual(version.read_state, "done")

    def test_values_of_the_model_are_a_hook(self):
        original = type(self.Slice)._prepare_upload_template_vals
        self.patch(
            type(self.Slice),
            "_prepare_upload_template_vals",
            lambda records, name: dict(original(records, name), sale_ok=False),
        )
        version = self.Slice._create_from_upload("part.gcode", self._make_gcode())
        self.assertFalse(version.product_id.sale_ok)

    def test_only_who_keeps_the_library_uploads(self):
        for user in (self.user_sales, self.user_plain, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Slice.with_user(user)._create_from_upload(
                    "part.gcode", self._make_gcode()
                )


@tagged("post_install", "-at_install")
class TestUploadRoute(Print3dLibraryCommon, HttpCase):
    def setUp(self):
        super().setUp()
        # What the job runner would do at once.
        self.patch(type(self.Slice), "_enqueue_read", lambda self: self._read_file())

    def test_a_bad_file_does_not_stop_the_others(self):
        self.authenticate("lib_operator", "lib_operator")
        results = self._post(
            [
                ("good.gcode", self._make_gcode(salt=1)),
                ("picture.3mf", self._make_picture()),
                ("../../good two.gcode", self._make_gcode(salt=2)),
            ]
        )
        self.assertEqual([result["ok"] for result in results], [True, False, True])
        self.assertEqual(
            [result["name"] for result in results],
            ["good.gcode", "picture.3mf", "good two.gcode"],
        )
        self.assertIn("PNG picture", results[1]["message"])
        versions = self.Slice.browse([results[0]["slice_id"], results[2]["slice_id"]])
        self.assertEqual(versions.mapped("read_state"), ["done", "done"])
        self.assertEqual(versions[0].product_tmpl_id.id, results[0]["template_id"])
        self.assertEqual(versions[0].create_uid, self.user_operator)

    def test_files_go_to_the_variant(self):
        product = self._create_model().product_variant_id
        self.authenticate("lib_operator", "lib_operator")
        results = self._post(
            [
                ("a.gcode", self._make_gcode(salt=1)),
                ("b.gcode", self._make_gcode(salt=2)),
            ],
            product_id=product.id,
        )
        self.assertEqual({result["product_id"] for result in results}, {product.id})
        self.assertEqual(sorted(product.slice_ids.mapped("number")), [1, 2])

    def test_same_file_twice_is_told(self):
        self.authenticate("lib_operator", "lib_operator")
        content = self._make_gcode(salt=3)
        first, second = self._post([("a.gcode", content), ("b.gcode", content)])
        self.assertEqual(first["slice_id"], second["slice_id"])
        self.assertTrue(second["reused"])
        self.assertIn("already", second["message"])

    def test_refused_for_others(self):
        for login in ("lib_sales", "lib_plain"):
            self.authenticate(login, login)
            (result,) = self._post([("a.gcode", self._make_gcode())])
            self.assertFalse(result["ok"])
            self.assertTrue(result["message"])
        self.assertFalse(self.Slice.search([("file_name", "=", "a.gcode")]))

    def test_refused_without_a_session_or_token(self):
        self.authenticate(None, None)
        response = self.url_open(
            "/print3d/upload",
            files=[("files", ("a.gcode", self._make_gcode()))],
            allow_redirects=False,
        )
        self.assertIn(response.status_code, (302, 303, 400, 403))
        self.authenticate("lib_operator", "lib_operator")
        response = self.url_open(
            "/print3d/upload", files=[("files", ("a.gcode", self._make_gcode()))]
        )
        self.assertEqual(response.status_code, 400)

    def test_request_over_the_limit_is_refused(self):
        self.env["ir.config_parameter"].set_param("print3d_library.max_file_mb", "1")
        self.authenticate("lib_operator", "lib_operator")
        (result,) = self._post([("a.gcode", self._make_gcode() + b"\n" * 1024**2)])
        self.assertIn("too large", result["message"])

    def _post(self, files, **params):
        response = self.url_open(
            "/print3d/upload",
            data={"csrf_token": http.Request.csrf_token(self), **params},
            files=[("files", file) for file in files],
        )
        self.assertEqual(response.status_code, 200, response.text)
        return json.loads(response.text)["results"]
