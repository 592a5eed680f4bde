import { Component, useRef } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useActiveElement } from "@web/core/ui/ui_service";

/** What stands beside the results on a desk and over them on a phone. */
export class LibraryDrawer extends Component {
    static template = "print3d_library.LibraryDrawer";
    static props = {
        title: String,
        doneLabel: String,
        clearLabel: String,
        canClear: Boolean,
        onClear: Function,
        onClose: Function,
        slots: Object,
    };

    setup() {
        this.drawerRef = useRef("drawer");
        useActiveElement("drawer");
        useHotkey("escape", () => this.props.onClose());
    }
}
