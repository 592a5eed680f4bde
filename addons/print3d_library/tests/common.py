import base64
import io
import itertools
import struct
import zipfile

from PIL import Image

from odoo.tests import new_test_user
from odoo.tools import file_open

from odoo.addons.base.tests.common import BaseCommon

from ..models.print3d_slice import Print3dSlice

DEMO_FOLDER = "print3d_library/demo/files"


class Print3dLibraryCommon(BaseCommon):
    """Helpers that make sliced files, models and versions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context, queue_job__no_delay=True, tracking_disable=True
            )
        )
        cls.Slice = cls.env["print3d.slice"]
        if cls.test_module == "print3d_library":
            # Addons above ask for more before a version is activated (a filament, a
            # printer). The library's own tests are about the library alone.
            for name in ("_action_activate", "_action_retire"):
                cls.classPatch(type(cls.Slice), name, getattr(Print3dSlice, name))
            if hasattr(cls.Slice, "_update_bom"):
                cls.classPatch(type(cls.Slice), "_update_bom", lambda _versions: None)
        cls.user_sales = cls._create_role("lib_sales", "group_print3d_sales")
        cls.user_operator = cls._create_role("lib_operator", "group_print3d_operator")
        cls.user_owner = cls._create_role("lib_owner", "group_print3d_owner")
        cls.user_plain = new_test_user(cls.env, "lib_plain", "base.group_user")
        cls.user_portal = new_test_user(cls.env, "lib_portal", "base.group_portal")

    def setUp(self):
        # What the class left to be written is noted for the search's index before a
        # test begins, not for the first test alone.
        self.env.flush_all()
        super().setUp()

    @classmethod
    def _create_role(cls, login, group):
        return new_test_user(cls.env, login, f"base.group_user,print3d_library.{group}")

    @classmethod
    def _create_model(cls, name="Test Model", **values):
        return cls.env["product.template"].create(
            {"name": name, "is_print3d_model": True, **values}
        )

    @classmethod
    def _create_variants(cls, name="Test Sizes", values=("Small", "Large")):
        """A model with a variant for each of several sizes."""
        attribute = cls.env["product.attribute"].create({"name": f"{name} attribute"})
        options = cls.env["product.attribute.value"].create(
            [{"name": value, "attribute_id": attribute.id} for value in values]
        )
        line = (
            0,
            0,
            {"attribute_id": attribute.id, "value_ids": [(6, 0, options.ids)]},
        )
        return cls._create_model(name, attribute_line_ids=[line])

    @classmethod
    def _create_version(cls, product=None, activate=False, name="part.gcode", **gcode):
        """A version that was read, of a file that has its own content."""
        if product is None:
            product = cls._create_model().product_variant_id
        gcode.setdefault("salt", cls.Slice.search_count([]))
        version = cls.Slice._create_from_upload(
            name, cls._make_gcode(**gcode), product=product
        )
        if activate:
            version.question_ids.action_accept("a test")
            version.action_activate()
        return version

    @classmethod
    def _create_mesh(cls, product=None, content=None, name="part.stl"):
        """A mesh that was measured, of a file that has its own content."""
        if product is None:
            product = cls._create_model().product_variant_id
        if content is None:
            content = cls._make_stl(salt=cls.env["print3d.file"].search_count([]))
        return cls.env["print3d.file"]._upload(name, content, product=product).mesh

    @classmethod
    def _make_box(cls, size=(10, 20, 30)):
        """Corners and triangles of a box, counter-clockwise seen from outside."""
        corners = list(itertools.product(*((0, side) for side in size)))
        faces = [
            (0, 1, 3, 2),
            (4, 6, 7, 5),
            (0, 4, 5, 1),
            (2, 3, 7, 6),
            (0, 2, 6, 4),
            (1, 5, 7, 3),
        ]
        triangles = [
            triangle for a, b, c, d in faces for triangle in ((a, b, c), (a, c, d))
        ]
        return corners, triangles

    @classmethod
    def _make_stl(cls, size=(10, 20, 30), drop=0, salt=0):
        """A box as binary STL.

        :param drop: how many of the twelve triangles are missing
        :param salt: number in the header, for contents that differ
        """
        corners, triangles = cls._make_box(size)
        triangles = triangles[drop:]
        return b"".join(
            [
                f"test {salt}".encode().ljust(80),
                struct.pack("<I", len(triangles)),
                *(
                    struct.pack(
                        "<12fH", 0, 0, 0, *(x for c in t for x in corners[c]), 0
                    )
                    for t in triangles
                ),
            ]
        )

    @classmethod
    def _make_3mf(cls, size=(10, 20, 30), metadata=None, members=None):
        """A box as 3MF.

        :param metadata: what the model says about itself
        :param members: further parts of the package, of a slicer's project
        """
        corners, triangles = cls._make_box(size)
        stated = "".join(
            f'<metadata name="{name}">{value}</metadata>'
            for name, value in (metadata or {}).items()
        )
        points = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in corners)
        faces = "".join(
            f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in triangles
        )
        model = (
            '<?xml version="1.0" encoding="UTF-8"?><model unit="millimeter" '
            'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
            f'{stated}<resources><object id="1" type="model" name="box"><mesh>'
            f"<vertices>{points}</vertices><triangles>{faces}</triangles></mesh>"
            '</object></resources><build><item objectid="1"/></build></model>'
        )
        types = (
            '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.'
            'openxmlformats.org/package/2006/content-types"><Default Extension="model" '
            'ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>'
            "</Types>"
        )
        rels = (
            '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://'
            'schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            'Id="rel-1" Target="/3D/3dmodel.model" Type="http://schemas.microsoft.com/'
            '3dmanufacturing/2013/01/3dmodel"/></Relationships>'
        )
        return cls._make_zip(
            {
                "[Content_Types].xml": types,
                "_rels/.rels": rels,
                "3D/3dmodel.model": model,
                **(members or {}),
            }
        )

    @classmethod
    def _make_gcode(
        cls,
        filaments=(("PLA", "#1A1A1A", 1000.0, 2.98),),
        time="1h 2m 3s",
        objects=("part",),
        picture=(32, 24),
        settings=None,
        salt=0,
    ):
        """G-code as PrusaSlicer writes it, as far as it matters here.

        :param filaments: of each tool its material, colour, mm and grams; grams of
            ``None`` are not stated
        """
        lines = ["; generated by PrusaSlicer 2.9.2 on 2025-01-02 at 03:04:05 UTC", ""]
        if picture:
            data = base64.b64encode(cls._make_picture(*picture)).decode()
            lines += [
                ";",
                f"; thumbnail begin {picture[0]}x{picture[1]} {len(data)}",
                *(f"; {data[i : i + 78]}" for i in range(0, len(data), 78)),
                "; thumbnail end",
                ";",
            ]
        for number, name in enumerate(objects):
            lines += [
                f"; printing object {name} id:0 copy {number}",
                f"G1 X{number} Y{salt} E.5",
                f"; stop printing object {name} id:0 copy {number}",
            ]
        lines.append(";LAYER_CHANGE\n;Z:0.2\n;LAYER_CHANGE\n;Z:0.4")
        used = [entry[2] for entry in filaments]
        grams = [entry[3] for entry in filaments]
        lines.append(f"; filament used [mm] = {', '.join(f'{mm:.2f}' for mm in used)}")
        if None not in grams:
            lines.append(f"; filament used [g] = {', '.join(map(str, grams))}")
        lines.append(f"; estimated printing time (normal mode) = {time}")
        values = {
            "bed_temperature": ",".join("60" for _entry in filaments),
            "filament_colour": ";".join(entry[1] for entry in filaments),
            "filament_density": ",".join("1.24" for _entry in filaments),
            "filament_diameter": ",".join("1.75" for _entry in filaments),
            "filament_settings_id": ";".join(f'"Test {e[0]}"' for e in filaments),
            "filament_type": ";".join(entry[0] for entry in filaments),
            "filament_vendor": "Test Vendor",
            "first_layer_height": "0.2",
            "layer_height": "0.2",
            "nozzle_diameter": ",".join("0.4" for _entry in filaments),
            "printer_model": "MK4S",
            "temperature": ",".join("215" for _entry in filaments),
            **(settings or {}),
        }
        lines.append("; prusaslicer_config = begin")
        lines += [f"; {key} = {values[key]}" for key in sorted(values)]
        lines.append("; prusaslicer_config = end")
        return ("\n".join(lines) + "\n").encode()

    @classmethod
    def _make_picture(cls, width=32, height=24, kind="PNG", colour=(200, 30, 30)):
        target = io.BytesIO()
        Image.new("RGB", (width, height), colour).save(target, kind)
        return target.getvalue()

    @classmethod
    def _make_zip(cls, members):
        """A package of names and contents, packed small."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in members.items():
                package.writestr(name, content)
        return target.getvalue()

    def _publish(self, name, content):
        """Let the browser fetch a file, to put it into the file input."""
        attachment = self.env["ir.attachment"].create(
            {"name": name, "raw": content, "public": True}
        )
        self.env["ir.model.data"].create(
            {
                "module": "print3d_library",
                "name": name,
                "model": "ir.attachment",
                "res_id": attachment.id,
            }
        )

    @classmethod
    def _read_demo(cls, name):
        """Content of a file that PrusaSlicer sliced for the demo shop."""
        with file_open(f"{DEMO_FOLDER}/{name}", "rb") as file:
            return file.read()
