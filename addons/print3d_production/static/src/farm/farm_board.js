import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { describeLost, useFarmFeed } from "./farm_feed";
import { GAP, layoutTiles, moveFocus } from "./farm_layout";
import { FarmTile } from "./farm_tile";
import {
    filterTiles,
    listMaterials,
    sortTiles,
    SORTS,
    wantsPerson,
} from "./farm_tiles";

const KEPT = "print3d_farm_board";
const PHONE = 576;
// Keys that do what a tile offers, besides Enter for its first action.
const KEYS = {
    g: "good",
    f: "failed",
    p: "pause",
    r: "resume",
    s: "start",
    c: "clear",
};

/** All printers at a glance, live, each with its next action. */
export class FarmBoard extends Component {
    static template = "print3d_production.FarmBoard";
    static components = { FarmTile };
    static props = ["*"];

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.feed = useFarmFeed();
        this.grid = useRef("grid");
        this.search = useRef("search");
        this.ui = useState({
            search: "",
            state: "",
            material: "",
            sort: "person",
            busy: 0,
            focus: 0,
            area: { width: 1200, height: 700 },
            ...this.recall(),
        });
        this.sortLabels = {
            person: _t("Needs a person first"),
            place: _t("As they stand"),
            name: _t("By name"),
            left: _t("By time left"),
        };
        this.sorts = SORTS;
        this.act = this.act.bind(this);
        this.open = this.open.bind(this);
        const observer = new ResizeObserver(([entry]) => {
            const { width, height } = entry.contentRect;
            Object.assign(this.ui.area, { width, height });
        });
        onMounted(() => observer.observe(this.grid.el));
        onWillUnmount(() => observer.disconnect());
    }

    // === What is kept from the last time ===

    recall() {
        try {
            const { sort } = JSON.parse(browser.localStorage.getItem(KEPT) || "{}");
            return SORTS.includes(sort) ? { sort } : {};
        } catch {
            return {};
        }
    }

    onSort(ev) {
        this.ui.sort = ev.target.value;
        browser.localStorage.setItem(KEPT, JSON.stringify({ sort: this.ui.sort }));
    }

    // === What is shown ===

    get farm() {
        return this.feed.state;
    }

    get tiles() {
        return sortTiles(filterTiles(this.farm.tiles, this.ui), this.ui.sort);
    }

    get materials() {
        return listMaterials(this.farm.tiles);
    }

    get chips() {
        const count = (test) => this.farm.tiles.filter(test).length;
        const chips = this.farm.states.map(([key, label]) => ({
            key,
            label,
            count: count(({ state }) => state === key),
        }));
        return [
            { key: "", label: _t("All"), count: this.farm.tiles.length },
            { key: "person", label: _t("Needs a person"), count: count(wantsPerson) },
            ...chips.filter((chip) => chip.count || chip.key === this.ui.state),
        ];
    }

    get isPhone() {
        return this.ui.area.width < PHONE;
    }

    get layout() {
        return layoutTiles(this.tiles.length, this.ui.area);
    }

    get size() {
        return this.isPhone ? "m" : this.layout.size;
    }

    get gridStyle() {
        if (this.isPhone) {
            return "";
        }
        const { columns, width, height } = this.layout;
        return (
            `gap: ${GAP}px; grid-template-columns: repeat(${columns}, ${width}px); ` +
            `grid-auto-rows: ${height}px`
        );
    }

    get lost() {
        return describeLost(this.farm);
    }

    // === What is done ===

    async act(tile, key) {
        if (this.ui.busy) {
            return;
        }
        this.ui.busy = tile.id;
        const run = { start: tile.next, clear: tile.plate }[key] ?? tile.run;
        try {
            const done = await this.orm.call("print3d.farm.board", "act", [
                tile.id,
                key,
                run ? run.id : false,
            ]);
            this.tell(done);
            if (done.action) {
                await this.action.doAction(done.action, {
                    onClose: () => this.feed.load([tile.id]),
                });
            }
        } finally {
            this.ui.busy = 0;
            await this.feed.load([tile.id]);
        }
    }

    tell({ message, undo }) {
        if (!message) {
            return;
        }
        const close = this.notification.add(message, {
            type: "success",
            autocloseDelay: undo ? 8000 : 3000,
            buttons: undo
                ? [
                      {
                          name: _t("Undo"),
                          primary: true,
                          onClick: async () => {
                              close();
                              await this.orm.call("print3d.farm.board", "undo", [
                                  undo.kind,
                                  undo.record_id,
                              ]);
                              await this.feed.load();
                          },
                      },
                  ]
                : [],
        });
    }

    async open(tile) {
        const action = await this.action.loadAction(
            "print3d_production.mrp_workcenter_action_printer"
        );
        return this.action.doAction(action, {
            viewType: "form",
            props: { resId: tile.id },
        });
    }

    openTv() {
        return this.action.doAction("print3d_production.print3d_farm_tv_action");
    }

    addPrinter() {
        return this.action.doAction(
            "print3d_production.mrp_workcenter_action_printer",
            { viewType: "form" }
        );
    }

    pick(key) {
        this.ui.state = this.ui.state === key ? "" : key;
        this.ui.focus = 0;
    }

    clearFilters() {
        Object.assign(this.ui, { search: "", state: "", material: "", focus: 0 });
    }

    // === Keyboard ===

    onKeydown(ev) {
        const isTyping = ["INPUT", "SELECT", "TEXTAREA"].includes(ev.target.tagName);
        if (isTyping || ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        const tile = this.tiles[this.ui.focus];
        if (ev.key === "/") {
            this.search.el.focus();
        } else if (ev.key.startsWith("Arrow") || ["Home", "End"].includes(ev.key)) {
            this.focus(moveFocus(ev.key, this.ui.focus, this.gridShape));
        } else if (tile && ev.target.classList.contains("o_print3d_tile")) {
            if (!this.onTileKey(ev.key, tile)) {
                return;
            }
        } else {
            return;
        }
        ev.preventDefault();
    }

    /** Do what a key means on a tile; false when it means nothing. */
    onTileKey(key, tile) {
        if (key === "o") {
            this.open(tile);
            return true;
        }
        const wanted = key === "Enter" ? tile.actions[0]?.key : KEYS[key];
        if (tile.actions.some((action) => action.key === wanted)) {
            this.act(tile, wanted);
            return true;
        }
        if (key === "Enter") {
            this.open(tile);
        }
        return key === "Enter";
    }

    get gridShape() {
        return {
            count: this.tiles.length,
            columns: this.isPhone ? 1 : this.layout.columns,
            isRtl: localization.direction === "rtl",
        };
    }

    focus(index) {
        this.ui.focus = index;
        const tiles = this.grid.el.querySelectorAll(".o_print3d_tile");
        tiles[index]?.focus();
    }
}

registry.category("actions").add("print3d_farm_board", FarmBoard);
