import { onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const NEWS = "print3d_farm_news";
// Everybody hears the same news; not everybody asks in the same moment.
const PATIENCE = 300;
const SPREAD = 300;
const TICK = 5000;
const RETRY = [2000, 5000, 15000, 30000];

const toMs = (value) => (value ? deserializeDateTime(value).toMillis() : 0);

/** The time of day of a moment in ms, as the browser writes it: 14:05, 2:05 PM. */
export function formatClock(ms) {
    return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Says since when the tiles are not read any more, or "" while they are. */
export function describeLost({ lostSince }) {
    return lostSince ? _t("No connection since %s", formatClock(lostSince)) : "";
}

/**
 * The tiles of the farm, kept up to date: news name the printers that changed and only
 * their tiles are read again. Where news do not arrive, all are read from time to time.
 *
 * @param {{refresh: number}} options `refresh`: ms between two readings without news
 * @returns {Object} `state` (`tiles`, `states`, `canAct`, `canAdd`, `now`, `lostSince`,
 *     `isLoaded`) and `load(ids)`
 */
export function useFarmFeed({ refresh = 60000 } = {}) {
    const bus = useService("bus_service");
    const orm = useService("orm");
    const state = useState({
        tiles: [],
        states: [],
        canAct: false,
        canAdd: false,
        isLoaded: false,
        // The server's clock, which times are reckoned by.
        now: Date.now(),
        lostSince: 0,
    });
    let skew = 0;
    let wanted = new Set();
    let timer = null;
    let isReading = false;
    let failures = 0;
    let isGone = false;

    const prepare = (tile, readAt) => ({
        ...tile,
        readAt,
        run: tile.run && {
            ...tile.run,
            eta: toMs(tile.run.eta),
            due: toMs(tile.run.due),
        },
    });

    function show(board, ids) {
        const now = toMs(board.now);
        skew = now - Date.now();
        const fresh = board.tiles.map((tile) => prepare(tile, now));
        state.now = now;
        state.states = board.states;
        state.canAct = board.can_act;
        state.canAdd = board.can_add;
        if (ids) {
            const known = new Set([...ids, ...fresh.map(({ id }) => id)]);
            state.tiles = [...state.tiles.filter(({ id }) => !known.has(id)), ...fresh];
        } else {
            state.tiles = fresh;
        }
        state.isLoaded = true;
        state.lostSince = 0;
        failures = 0;
    }

    /** Read tiles now: those of `ids`, or all. */
    async function load(ids = null) {
        const args = ids ? [ids] : [];
        show(await orm.silent.call("print3d.farm.board", "get_board", args), ids);
    }

    async function read() {
        timer = null;
        if (isReading || isGone) {
            return;
        }
        isReading = true;
        const ids = wanted.has(0) ? null : [...wanted];
        wanted = new Set();
        try {
            await load(ids);
        } catch {
            // The server is away; what is shown stays, marked as old.
            state.lostSince = state.lostSince || Date.now();
            wanted.add(0);
            const wait = RETRY[Math.min(failures, RETRY.length - 1)];
            failures += 1;
            schedule(wait);
        } finally {
            isReading = false;
            if (wanted.size) {
                schedule(PATIENCE);
            }
        }
    }

    function schedule(wait) {
        if (!timer && !isGone) {
            timer = browser.setTimeout(read, wait);
        }
    }

    /** Have tiles read soon: those of `ids`, or all. */
    function ask(ids = null) {
        (ids || [0]).forEach((id) => wanted.add(id));
        schedule(PATIENCE + Math.random() * SPREAD);
    }

    function onNews({ company, printers }) {
        if (user.activeCompanies.some(({ id }) => id === company)) {
            ask(printers);
        }
    }

    /** Move the clock; a print whose time is up may be overdue on the server by now. */
    function tick() {
        const before = state.now;
        state.now = Date.now() + skew;
        const over = state.tiles.filter(
            ({ state: name, run }) =>
                name === "printing" && run?.eta > before && run.eta <= state.now
        );
        if (over.length) {
            ask(over.map(({ id }) => id));
        }
    }

    const onBack = () => ask();
    const onVisible = () => {
        if (document.visibilityState !== "hidden") {
            ask();
        }
    };
    bus.subscribe(NEWS, onNews);
    bus.addEventListener("BUS:RECONNECT", onBack);
    document.addEventListener("visibilitychange", onVisible);
    const clock = browser.setInterval(tick, TICK);
    const fallback = browser.setInterval(onBack, refresh);
    onWillStart(() => {
        bus.start();
        return load();
    });
    onWillUnmount(() => {
        isGone = true;
        bus.unsubscribe(NEWS, onNews);
        bus.removeEventListener("BUS:RECONNECT", onBack);
        document.removeEventListener("visibilitychange", onVisible);
        browser.clearInterval(clock);
        browser.clearInterval(fallback);
        browser.clearTimeout(timer);
    });
    return { state, load, ask };
}
