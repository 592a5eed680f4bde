import { onWillUnmount, useEnv, useExternalListener, useState } from "@odoo/owl";
import { Wedge } from "./core/wedge";

/**
 * The scan app for a component: `model`, `nav`, and `state`, with which it is drawn anew.
 *
 * `read` runs a function whose result changes with what is known.
 */
export function useScan() {
    const { scan: model, nav } = useEnv();
    const state = useState(model.state);
    return {
        model,
        nav,
        state,
        read(job) {
            return state.version >= 0 ? job() : null;
        },
    };
}

/** Be asked for what is scanned, as long as the component is there. */
export function useScanner(handler) {
    const { scan: model } = useEnv();
    const stop = model.addScanner(handler);
    onWillUnmount(stop);
}

/** Codes of a wedge scanner, wherever the focus is. */
export function useWedge(onCode) {
    const wedge = new Wedge();
    // What stood in the field before the scanner typed into it.
    let before = null;
    const onKey = (ev) => {
        if (ev.ctrlKey || ev.altKey || ev.metaKey || ev.isComposing) {
            return;
        }
        const field = ev.target.matches?.("input, textarea") ? ev.target : null;
        const code = wedge.feed(ev.key, ev.timeStamp);
        if (code) {
            ev.preventDefault();
            ev.stopPropagation();
            if (before) {
                before.field.value = before.value;
                before.field.dispatchEvent(new Event("input", { bubbles: true }));
            }
            before = null;
            onCode(code);
        } else if (ev.key.length === 1 && wedge.text.length === 1) {
            before = field && { field, value: field.value };
        }
    };
    useExternalListener(window, "keydown", onKey, { capture: true });
}
