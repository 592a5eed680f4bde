import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { HomeCard } from "@print3d_library/home/home_card";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";

/** Spools under a fifth, and filaments with less than that on all spools together. */
export class LowSpoolsSection extends Component {
    static template = "print3d_inventory.LowSpoolsSection";
    static components = { FilamentChips, HomeCard, SpoolGauge };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.title = _t("Filament running low");
        this.allLabel = _t("Spools");
    }

    get count() {
        return this.props.data.spool_count || undefined;
    }

    get isEmpty() {
        return !this.props.data.spools.length && !this.props.data.filaments.length;
    }

    /** Open one record of a list in its own form view. */
    async open(actionName, id) {
        const action = await this.action.loadAction(actionName);
        return this.action.doAction(action, {
            viewType: "form",
            props: { resId: id },
        });
    }

    openSpool(spool) {
        return this.open("print3d_inventory.print3d_spool_action", spool.id);
    }

    openFilament(filament) {
        return this.open("print3d_inventory.print3d_filament_action", filament.id);
    }

    openAll() {
        return this.action.doAction("print3d_inventory.print3d_spool_action", {
            additionalContext: this.count ? { search_default_low: 1 } : {},
        });
    }

    addSpools() {
        return this.action.doAction("print3d_inventory.print3d_spool_add_action");
    }
}

registry.category("print3d_home_sections").add("low_spools", {
    key: "low_spools",
    component: LowSpoolsSection,
    sequence: 30,
    column: "side",
});

registry
    .category("print3d_home_actions")
    .add("spools", {
        label: _t("Spools"),
        icon: "fa-circle-o-notch",
        action: "print3d_inventory.print3d_spool_action",
        groups: "print3d_library.group_print3d_user",
        sequence: 20,
    })
    .add("new_spools", {
        label: _t("New spools"),
        icon: "fa-plus",
        action: "print3d_inventory.print3d_spool_add_action",
        groups: "print3d_library.group_print3d_operator",
        sequence: 25,
    });
