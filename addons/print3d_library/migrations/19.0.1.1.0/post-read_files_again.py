from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Read the files of all versions again, in jobs after the upgrade.

    Settings used to be stored as text and without common names; what people set on a
    version stays when its file is read again.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    versions = env["print3d.slice"].search(
        [("file_id", "!=", False), ("read_state", "=", "done")]
    )
    for record in versions:
        record.with_delay(
            description=f"Read {record.file_id.name} again",
            identity_key=f"print3d.slice.read.{record.id}",
            priority=20,
        )._read_file()
