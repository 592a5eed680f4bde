"""Note where the bytes of each file are: they all are in Odoo's file store."""


def migrate(cr, version):
    """Add a copy for each file that has an attachment and no copy yet."""
    cr.execute(
        """
        INSERT INTO print3d_file_copy
            (file_id, state, size, company_id, create_uid, create_date,
             write_uid, write_date)
        SELECT file.id, 'ok', file.size, file.company_id, 1,
               now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM print3d_file file
         WHERE file.attachment_id IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM print3d_file_copy copy WHERE copy.file_id = file.id
           )
        """
    )
    cr.execute("UPDATE print3d_file SET condition = 'good' WHERE condition IS NULL")
