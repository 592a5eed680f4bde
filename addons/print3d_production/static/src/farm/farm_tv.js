import { Component, markup, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { describeLost, formatClock, useFarmFeed } from "./farm_feed";
import { FarmTile } from "./farm_tile";
import { sortTiles, wantsPerson } from "./farm_tiles";

const TURN = 12000;
const MINUTE = 1000;
// At this size letters are read from 4 m on a screen of 1 m width.
const TILE = { width: 440, height: 380 };

const bold = (number) => markup`<b>${number}</b>`;

/** Keep the screen from sleeping while the board is shown. */
function useWakeLock() {
    let lock = null;
    const hold = async () => {
        try {
            lock = await navigator.wakeLock?.request("screen");
        } catch {
            // Browsers refuse it on low battery; the board works all the same.
            lock = null;
        }
    };
    const onVisible = () => document.visibilityState === "visible" && hold();
    onMounted(() => {
        hold();
        document.addEventListener("visibilitychange", onVisible);
    });
    onWillUnmount(() => {
        document.removeEventListener("visibilitychange", onVisible);
        lock?.release();
    });
}

/** The farm on a screen on the wall: no buttons, big figures, pages that turn. */
export class FarmTv extends Component {
    static template = "print3d_production.FarmTv";
    static components = { FarmTile };
    static props = ["*"];

    setup() {
        this.action = useService("action");
        this.feed = useFarmFeed({ refresh: 30000 });
        this.ui = useState({ page: 0, clock: Date.now(), ...this.measure() });
        useWakeLock();
        const turn = browser.setInterval(() => this.turn(1), TURN);
        const clock = browser.setInterval(() => {
            this.ui.clock = Date.now();
        }, MINUTE);
        const onResize = () => Object.assign(this.ui, this.measure());
        browser.addEventListener("resize", onResize);
        onWillUnmount(() => {
            browser.clearInterval(turn);
            browser.clearInterval(clock);
            browser.removeEventListener("resize", onResize);
        });
    }

    measure() {
        const columns = Math.max(1, Math.floor(browser.innerWidth / TILE.width));
        const rows = Math.max(1, Math.floor((browser.innerHeight - 90) / TILE.height));
        return { columns, rows };
    }

    get farm() {
        return this.feed.state;
    }

    get perPage() {
        return this.ui.columns * this.ui.rows;
    }

    get pages() {
        return Math.max(1, Math.ceil(this.farm.tiles.length / this.perPage));
    }

    get page() {
        return Math.min(this.ui.page, this.pages - 1);
    }

    get tiles() {
        const start = this.page * this.perPage;
        return sortTiles(this.farm.tiles, "person").slice(start, start + this.perPage);
    }

    /** Few tiles grow into the room there is. */
    get gridStyle() {
        const shown = Math.min(this.farm.tiles.length || 1, this.perPage);
        const columns = Math.min(this.ui.columns, shown);
        const rows = Math.ceil(shown / columns);
        return (
            `grid-template-columns: repeat(${columns}, 1fr); ` +
            `grid-template-rows: repeat(${rows}, 1fr)`
        );
    }

    get figures() {
        const count = (test) => this.farm.tiles.filter(test).length;
        const person = count(wantsPerson);
        return {
            printing: _t("%(printing)s of %(all)s printing", {
                printing: bold(count(({ run }) => run && !run.is_paused)),
                all: this.farm.tiles.length,
            }),
            person: person
                ? _t("%s: a person is needed", bold(person))
                : _t("Nobody is needed"),
            isWanted: Boolean(person),
        };
    }

    get pageLabel() {
        return _t("Page %(page)s of %(pages)s", {
            page: this.page + 1,
            pages: this.pages,
        });
    }

    get time() {
        return formatClock(this.ui.clock);
    }

    get lost() {
        return describeLost(this.farm);
    }

    turn(step) {
        this.ui.page = (this.page + step + this.pages) % this.pages;
    }

    fill() {
        document.documentElement.requestFullscreen?.();
    }

    leave() {
        if (document.fullscreenElement) {
            document.exitFullscreen();
        }
        return this.action.doAction("print3d_production.print3d_farm_board_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("print3d_farm_tv", FarmTv);
