{
    "name": "3D Printing Inventory",
    "summary": "Filaments in grams, spools as valued lots, slots, signed labels",
    "version": "19.0.1.0.0",
    "category": "3D Printing",
    "author": "print3d",
    "license": "AGPL-3",
    "depends": [
        "print3d_library",
        "stock_account",
        "purchase_stock",
        "barcodes",
    ],
    "external_dependencies": {
        "python": ["coloraide", "qrcode", "reportlab"],
    },
    "data": [
        "security/print3d_inventory_groups.xml",
        "security/ir.model.access.csv",
        "data/uom_uom_data.xml",
        "data/ir_sequence_data.xml",
        "data/product_category_data.xml",
        "data/print3d_material_data.xml",
        "data/stock_settings_data.xml",
        "views/label_templates.xml",
        "wizards/print3d_spool_add_views.xml",
        "wizards/print3d_spool_move_views.xml",
        "views/product_product_views.xml",
        "views/product_template_views.xml",
        "views/stock_lot_views.xml",
        "views/stock_location_views.xml",
        "views/stock_picking_views.xml",
        "views/purchase_order_views.xml",
        "views/print3d_material_views.xml",
        "views/print3d_slice_views.xml",
        "views/print3d_inventory_menu.xml",
    ],
    "demo": [
        "demo/print3d_inventory_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "print3d_inventory/static/src/**/*",
        ],
        "web.assets_tests": [
            "print3d_inventory/static/tests/tours/**/*",
        ],
    },
}
