import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks why: for a recall, or for putting spools into quarantine. */
export class TraceReasonDialog extends Component {
    static template = "print3d_inventory.TraceReasonDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        title: String,
        text: String,
        button: String,
        confirm: Function,
    };

    setup() {
        this.state = useState({ reason: "", busy: false });
        useAutofocus({ refName: "reason" });
    }

    get isReady() {
        return Boolean(this.state.reason.trim()) && !this.state.busy;
    }

    async confirm() {
        this.state.busy = true;
        try {
            await this.props.confirm(this.state.reason.trim());
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}
