{
    "name": "3D Printing Connectors",
    "version": "19.0.1.0.0",
    "summary": "Printers report their prints themselves, over a small webhook",
    "category": "3D Printing",
    "author": "print3d",
    "license": "AGPL-3",
    "depends": ["print3d_sales"],
    "data": [
        "security/ir.model.access.csv",
        "security/print3d_connectors_rules.xml",
        "wizards/print3d_connection_token_views.xml",
        "views/print3d_connection_event_views.xml",
        "views/print3d_connection_views.xml",
        "views/print3d_alert_views.xml",
        "views/print3d_connectors_menu.xml",
    ],
    "demo": ["demo/print3d_connection_demo.xml"],
}
