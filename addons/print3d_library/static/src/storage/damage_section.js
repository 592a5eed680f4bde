import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { HomeCard } from "../home/home_card";
import { StateDot } from "../marks/state_dot";

/** Files whose bytes are damaged, and storages that do not answer. */
export class DamageSection extends Component {
    static template = "print3d_library.DamageSection";
    static components = { HomeCard, StateDot };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.title = _t("Damaged files");
        this.damagedLabel = _t("Damaged");
        this.silentLabel = _t("Does not work");
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction("print3d_library.print3d_file_damaged_action");
    }

    async restore(file) {
        const action = await this.orm.call("print3d.file", "action_restore", [
            [file.id],
        ]);
        return this.action.doAction(action, { onClose: () => this.props.reload() });
    }
}

registry.category("print3d_home_sections").add("damage", {
    key: "damage",
    component: DamageSection,
    sequence: 10,
    column: "main",
});
