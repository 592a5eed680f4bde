import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { FinderBox } from "../finder/finder_box";

/** A box to write something on the list by its name or number. */
export class ShoppingAdd extends Component {
    static template = "print3d_inventory.ShoppingAdd";
    static components = { FilamentSwatch, FinderBox };
    static props = { add: Function };

    setup() {
        const orm = useService("orm");
        this.words = {
            label: _t("Add something by its name or number"),
            placeholder: _t("Add by name or number…"),
            nothing: _t("Nothing that is bought goes by this name."),
        };
        this.search = (text) =>
            orm.silent.call("print3d.shopping.line", "search_products", [text]);
    }
}
