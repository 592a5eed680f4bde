import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { StateDot } from "../marks/state_dot";

const STATES = {
    waiting: ["grey", _t("Waiting")],
    sending: ["blue", _t("Sending"), "fa-upload"],
    reading: ["violet", _t("Reading"), "fa-cog"],
    done: ["green", _t("Done")],
    reused: ["amber", _t("There already"), "fa-files-o"],
    failed: ["red", _t("Refused")],
};

/** Uploads of this browser, a line a file, above whatever screen is open. */
export class UploadPanel extends Component {
    static template = "print3d_library.UploadPanel";
    static components = { StateDot };
    static props = {};

    setup() {
        this.action = useService("action");
        this.uploads = useService("print3d_upload");
        this.items = useState(this.uploads.items);
    }

    get busy() {
        return this.items.filter((item) =>
            ["waiting", "sending", "reading"].includes(item.state)
        ).length;
    }

    get title() {
        return this.busy
            ? _t("%s files on their way", this.busy)
            : _t("Files are through");
    }

    dot(item) {
        const [colour, label, icon] = STATES[item.state];
        return { colour, label: String(label), icon };
    }

    isCancellable(item) {
        return ["waiting", "sending"].includes(item.state);
    }

    open(item) {
        const { slice_id, mesh_id } = item.result;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: slice_id ? "print3d.slice" : "print3d.mesh",
            res_id: slice_id || mesh_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("main_components").add("print3d_library.UploadPanel", {
    Component: UploadPanel,
});
