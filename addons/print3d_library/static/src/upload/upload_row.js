import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { StateDot } from "../marks/state_dot";
import { UploadItem } from "./upload_item";
import { formatBytes } from "./upload_queue";

/** A file on its way, with what can be done about it. */
export class UploadRow extends Component {
    static template = "print3d_library.UploadRow";
    static components = { StateDot };
    static props = {
        item: UploadItem,
        // The item's, which is a plain object.
        version: Number,
        isCompact: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.uploads = useService("print3d_upload");
    }

    get item() {
        return this.props.item;
    }

    get size() {
        const { item } = this;
        return item.state === "sending" || item.state === "stalled"
            ? `${formatBytes(item.sent)} / ${formatBytes(item.size)}`
            : formatBytes(item.size);
    }

    get showsProgress() {
        return ["sending", "stalled", "finishing"].includes(this.item.state);
    }

    openRecord() {
        const { model, id } = this.item.record;
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
