from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dModelEditor(Print3dLibraryCommon):
    """Several models are edited at once, and that is undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.red, cls.blue = cls.env["product.tag"].create(
            [{"name": "Editor red"}, {"name": "Editor blue"}]
        )
        cls.designer = cls.env["res.partner"].create({"name": "Ada"})
        cls.lamp = cls._create_model(
            "Desk Lamp", product_tag_ids=[Command.set(cls.red.ids)]
        )
        cls.shade = cls._create_model("Lamp shade", designer_id=cls.designer.id)
        cls.models = cls.lamp | cls.shade
        cls.Change = cls.env["print3d.library.change"]

    def _edit(self, user=None, models=None, **vals):
        """Edit models through the dialog, as it is opened.

        :rtype: print3d.library.change
        """
        models = (models or self.models).with_user(user or self.user_operator)
        context = models.action_print3d_edit()["context"]
        editor = models.env["print3d.model.editor"].with_context(**context)
        done = editor.create(vals).action_apply()
        return self.Change.with_user(models.env.user).browse(
            done["params"]["change_id"]
        )

    def test_themes(self):
        change = self._edit(tag_ids=[Command.set(self.blue.ids)])
        self.assertEqual(self.lamp.product_tag_ids, self.red | self.blue)
        self.assertEqual(self.shade.product_tag_ids, self.blue)
        change.action_undo()
        self.assertEqual(self.lamp.product_tag_ids, self.red)
        self.assertFalse(self.shade.product_tag_ids)

        self._edit(tag_mode="set", tag_ids=[Command.set(self.blue.ids)])
        self.assertEqual(self.models.product_tag_ids, self.blue)
        change = self._edit(tag_mode="remove", tag_ids=[Command.set(self.blue.ids)])
        self.assertFalse(self.models.product_tag_ids)
        self.assertEqual(
            change.name, "2 models edited. Themes taken away: “Editor blue”"
        )

    def test_only_what_changes_is_written_and_counted(self):
        context = self.models.action_print3d_edit()["context"]
        form = Form(self.env["print3d.model.editor"].with_context(**context))
        self.assertFalse(form.is_possible)
        form.designer_mode = "set"
        self.assertIn("Choose", form.preview["problems"][0])
        form.designer_id = self.designer
        self.assertTrue(form.is_possible)
        self.assertEqual(
            [line["text"] for line in form.preview["lines"]],
            ["Designer “Ada”: 1 of 2 models"],
        )
        done = form.save().action_apply()
        change = self.Change.browse(done["params"]["change_id"])
        self.assertEqual(change.template_ids, self.lamp)
        self.assertEqual(self.models.designer_id, self.designer)

    def test_names(self):
        self._edit(name_find="lamp", name_replace="Light")
        self.assertEqual(self.models.mapped("name"), ["Desk Light", "Light shade"])
        change = self._edit(name_pattern="{name} {nn} by {designer}")
        self.assertEqual(
            self.models.mapped("name"), ["Desk Light 01 by", "Light shade 02 by Ada"]
        )
        change.action_undo()
        self.assertEqual(self.models.mapped("name"), ["Desk Light", "Light shade"])
        with self.assertRaisesRegex(UserError, "“{size}” is not known"):
            self._edit(name_pattern="{name} {size}")
        with self.assertRaisesRegex(UserError, "would have no name"):
            self._edit(name_find="Desk Light")
        with self.assertRaisesRegex(UserError, "Nothing is chosen"):
            self._edit()

    def test_what_somebody_changed_since_stays(self):
        change = self._edit(
            name_pattern="Model {n}", tag_ids=[Command.set(self.blue.ids)]
        )
        self.lamp.name = "A name of later"
        change.action_undo()
        self.assertEqual(self.models.mapped("name"), ["A name of later", "Lamp shade"])
        self.assertNotIn(self.blue, self.models.product_tag_ids)

    def test_archive(self):
        change = self._edit(archive_mode="archive")
        self.assertFalse(any(self.models.mapped("active")))
        change.action_undo()
        self.assertTrue(all(self.models.mapped("active")))
        self.models.active = False
        self._edit(archive_mode="restore")
        self.assertTrue(all(self.models.mapped("active")))

    def test_favourites_are_put_back_for_who_had_them(self):
        theirs = self.models.with_user(self.user_operator)
        own = self.models.with_user(self.user_owner)
        self.lamp.with_user(self.user_owner).action_toggle_favourite()
        change = self._edit(favourite_mode="add", name_pattern="Model {n}")
        self.assertEqual(theirs.mapped("is_favourite"), [True, True])
        change.with_user(self.user_owner).action_undo()
        self.assertEqual(change.undo_user_id, self.user_owner)
        self.assertEqual(theirs.mapped("is_favourite"), [False, False])
        self.assertEqual(own.mapped("is_favourite"), [True, False])
        self.assertEqual(self.models.mapped("name"), ["Desk Lamp", "Lamp shade"])

    def test_a_favourite_marked_anew_stays_as_it_is(self):
        mark = self.lamp.with_user(self.user_operator)
        change = self._edit(models=self.lamp, favourite_mode="add")
        mark.action_toggle_favourite()
        change.with_user(self.user_owner).action_undo()
        self.assertFalse(mark.is_favourite)
        self.assertFalse(self.lamp.with_user(self.user_owner).is_favourite)

    def test_sales_may_neither_edit_nor_undo(self):
        with self.assertRaises(AccessError):
            self._edit(user=self.user_sales, name_pattern="Model {n}")
        change = self._edit(name_pattern="Model {n}")
        with self.assertRaises(AccessError):
            change.with_user(self.user_sales).action_undo()
        self.assertEqual(self.models.mapped("name"), ["Model 1", "Model 2"])

    def test_products_that_are_no_models_are_left_out(self):
        other = self.env["product.template"].create({"name": "Gift box"})
        action = (self.lamp | other).action_print3d_edit()
        self.assertEqual(action["context"]["default_template_ids"], self.lamp.ids)
        with self.assertRaisesRegex(UserError, "Select models of the library"):
            other.action_print3d_edit()
