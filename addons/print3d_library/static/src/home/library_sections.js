import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { FilamentChips } from "../marks/filament_chips";
import { formatPrintTime } from "../marks/format";
import { StateDot } from "../marks/state_dot";
import { Thumbnail } from "../marks/thumbnail";
import { HomeCard } from "./home_card";

/** Versions that wait for a person. */
export class VersionsSection extends Component {
    static template = "print3d_library.VersionsSection";
    static components = { FilamentChips, HomeCard, StateDot, Thumbnail };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.title = _t("Versions to decide on");
        this.failedLabel = _t("Not readable");
        this.draftLabel = _t("New");
    }

    image(version) {
        return version.read_state === "done"
            ? imageUrl("print3d.slice", version.id, "thumbnail_256")
            : "";
    }

    time(version) {
        return formatPrintTime(version.time_s);
    }

    open(version) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "print3d.slice",
            res_id: version.id,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction("print3d_library.print3d_slice_action", {
            additionalContext: { search_default_to_decide: 1 },
        });
    }

    async activate(version) {
        const action = await this.orm.call("print3d.slice", "action_activate", [
            [version.id],
        ]);
        if (action && action !== true) {
            // Some of its values can hardly be true: a person is asked first.
            await this.action.doAction(action, { onClose: () => this.props.reload() });
            return;
        }
        await this.props.reload();
    }

    async retry(version) {
        await this.orm.call("print3d.slice", "action_retry", [[version.id]]);
        await this.props.reload();
    }
}

/** The newest models. */
export class RecentModelsSection extends Component {
    static template = "print3d_library.RecentModelsSection";
    static components = { HomeCard, Thumbnail };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.title = _t("New in the library");
        this.allLabel = _t("Library");
    }

    image(model) {
        return imageUrl("product.template", model.id, "image_256", {
            unique: String(model.unique),
        });
    }

    async open(model) {
        const action = await this.action.loadAction(
            "print3d_library.product_template_action"
        );
        return this.action.doAction(action, {
            viewType: "form",
            props: { resId: model.id },
        });
    }

    openAll() {
        return this.action.doAction("print3d_library.print3d_library_action");
    }
}

registry
    .category("print3d_home_sections")
    .add("versions", {
        key: "versions",
        component: VersionsSection,
        sequence: 50,
        column: "main",
    })
    .add("recent_models", {
        key: "recent_models",
        component: RecentModelsSection,
        sequence: 80,
        column: "side",
    });

registry.category("print3d_home_actions").add("library", {
    label: _t("Library"),
    icon: "fa-cubes",
    action: "print3d_library.print3d_library_action",
    groups: "print3d_library.group_print3d_user",
    sequence: 10,
});
