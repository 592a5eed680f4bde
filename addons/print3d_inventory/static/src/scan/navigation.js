import { reactive } from "@odoo/owl";

const HOME = { screen: "home", id: null, sheet: null };
const KEPT = /^#(spool|place|purchase|receipt|product)\/(\d+)$/;

/** The screen that an address names: the one that was open before a reload. */
function readHash(hash) {
    const match = KEPT.exec(hash);
    return match ? { ...HOME, screen: match[1], id: parseInt(match[2], 10) } : HOME;
}

/**
 * Which screen and which sheet is open, in the browser's history: going back closes a
 * sheet, then leaves the screen.
 */
export class Navigation {
    constructor() {
        const first = readHash(window.location.hash);
        this.here = reactive({ ...first });
        this.depth = 0;
        this.closing = null;
        window.addEventListener("popstate", (ev) => this.onPop(ev.state));
        window.history.replaceState({ ...first, depth: 0 }, "", this.getUrl(first));
    }

    getUrl({ screen, id }) {
        const { pathname } = window.location;
        return screen === "home" ? pathname : `${pathname}#${screen}/${id}`;
    }

    onPop(state) {
        this.depth = state?.depth || 0;
        Object.assign(this.here, HOME, state || {});
        this.closing?.();
        this.closing = null;
    }

    push(entry) {
        this.depth++;
        const state = { ...HOME, ...entry, depth: this.depth };
        window.history.pushState(state, "", this.getUrl(state));
        Object.assign(this.here, state);
    }

    async go(screen, id = null) {
        await this.closeSheet();
        const { here } = this;
        if (here.screen === screen && here.id === id) {
            return;
        }
        if (screen === "home") {
            await this.home();
        } else {
            this.push({ screen, id });
        }
    }

    /** @param {Object} sheet `name` and plain values */
    async open(sheet) {
        await this.closeSheet();
        const { screen, id } = this.here;
        this.push({ screen, id, sheet });
    }

    closeSheet() {
        return this.here.sheet ? this.back() : Promise.resolve();
    }

    back() {
        if (!this.depth) {
            return this.home();
        }
        return new Promise((resolve) => {
            this.closing = resolve;
            window.history.back();
        });
    }

    async home() {
        if (this.depth) {
            await new Promise((resolve) => {
                this.closing = resolve;
                window.history.go(-this.depth);
            });
        }
        // The first entry may be a screen that was open before a reload.
        if (this.here.screen !== "home") {
            window.history.replaceState({ ...HOME, depth: 0 }, "", this.getUrl(HOME));
            Object.assign(this.here, HOME);
        }
    }
}
