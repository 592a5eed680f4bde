{
    "name": "3D Printing: Filament",
    "summary": "Filaments in grams, spools as valued lots, slots, signed labels",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
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
    ],
}
