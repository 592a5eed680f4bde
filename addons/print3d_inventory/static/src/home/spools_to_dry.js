import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { HomeCard } from "@print3d_library/home/home_card";

/** Opened spools that took up moisture for long enough. */
export class SpoolsToDrySection extends Component {
    static template = "print3d_inventory.SpoolsToDrySection";
    static components = { HomeCard };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.title = _t("Spools to dry");
        this.allLabel = _t("Spools to dry");
    }

    get count() {
        return this.props.data.count || undefined;
    }

    async open(spool) {
        const action = await this.action.loadAction(
            "print3d_inventory.print3d_spool_action"
        );
        return this.action.doAction(action, {
            viewType: "form",
            props: { resId: spool.id },
        });
    }

    async dry(spool) {
        const action = await this.orm.call("stock.lot", "action_open_dry", [
            [spool.id],
        ]);
        return this.action.doAction(action, { onClose: () => this.props.reload() });
    }

    openAll() {
        return this.action.doAction("print3d_inventory.print3d_spool_action", {
            additionalContext: { search_default_to_dry: 1 },
        });
    }
}

registry.category("print3d_home_sections").add("to_dry", {
    key: "to_dry",
    component: SpoolsToDrySection,
    sequence: 35,
    column: "side",
});
