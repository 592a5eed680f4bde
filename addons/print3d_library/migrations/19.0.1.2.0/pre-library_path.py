def migrate(cr, version):
    """Free the address of the library, which the list of models used to have.

    The new page takes it before the list, which stands in the same file as before,
    has its new one in the database.
    """
    cr.execute(
        """
        UPDATE ir_act_window action
           SET path = 'print3d-models'
          FROM ir_model_data data
         WHERE data.module = 'print3d_library'
           AND data.name = 'product_template_action'
           AND data.model = 'ir.actions.act_window'
           AND data.res_id = action.id
           AND action.path = 'print3d-library'
        """
    )
