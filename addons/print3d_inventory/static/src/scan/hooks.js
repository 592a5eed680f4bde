import {
    onWillStart,
    onWillUnmount,
    onWillUpdateProps,
    useComponent,
    useEnv,
    useExternalListener,
    useState,
} from "@odoo/owl";
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

/**
 * Get the card of what a screen is about (its prop `id`), and of the next thing it shows.
 *
 * @param {(props: Object) => string} getKind the kind of thing
 * @returns {{problem: string}} why there is no card, in a sentence
 */
export function useCard(getKind) {
    const component = useComponent();
    const { scan: model } = useEnv();
    const state = useState({ problem: "" });
    let asked = 0;
    const load = async (props) => {
        const kind = getKind(props);
        const mine = ++asked;
        state.problem = "";
        const loading = model.loadCard(kind, props.id).then((problem) => {
            // An answer about the thing before is of no use any more.
            if (mine === asked) {
                state.problem = problem;
            }
        });
        // What the phone knows is shown at once.
        if (!model.getCard(kind, props.id)) {
            await loading;
        }
    };
    onWillStart(() => load(component.props));
    onWillUpdateProps((next) => {
        const { props } = component;
        if (next.id !== props.id || getKind(next) !== getKind(props)) {
            load(next);
        }
    });
    return state;
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
