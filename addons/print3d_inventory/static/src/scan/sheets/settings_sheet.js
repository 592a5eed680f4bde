import { Component, useState } from "@odoo/owl";
import { useScan } from "../hooks";
import { Sheet } from "../parts";

/** Who works here, sound and shaking, and the scale. */
export class SettingsSheet extends Component {
    static template = "print3d_inventory.ScanSettings";
    static components = { Sheet };
    static props = { close: Function, install: { type: [Function, { value: null }] } };

    setup() {
        this.scan = useScan();
        this.scale = useState(this.scan.model.scale.state);
    }

    get hasBluetooth() {
        return this.scan.model.scale.isThere;
    }

    get who() {
        const { user, company } = this.scan.state;
        return [user?.name, company?.name].filter(Boolean).join(" · ");
    }

    toggle(name) {
        const { model, state } = this.scan;
        model.setSetting(name, !state[name]);
        model.feedback.give("ok");
    }
}
