def migrate(cr, version):
    """Take the filaments of versions that were in use for chosen by a person.

    Somebody activated these versions with them; reading the file again must not
    replace them. Drafts are matched anew.
    """
    cr.execute(
        """
        UPDATE print3d_plate_filament line
           SET match_state = 'confirmed'
          FROM print3d_slice version
         WHERE version.id = line.slice_id
           AND version.state IN ('active', 'retired')
           AND line.product_id IS NOT NULL
        """
    )
