import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Frame of a section of the landing page: icon, title, count and a link to all. */
export class HomeCard extends Component {
    static template = "print3d_library.HomeCard";
    static props = {
        title: String,
        icon: { type: String, optional: true },
        count: { type: Number, optional: true },
        class: { type: String, optional: true },
        onAll: { type: Function, optional: true },
        allLabel: { type: String, optional: true },
        slots: { type: Object, optional: true },
    };

    get defaultAllLabel() {
        return _t("See all");
    }
}
