import { describe, expect, test } from "@odoo/hoot";
import { layoutTiles, moveFocus } from "@print3d_production/farm/farm_layout";
import {
    filterTiles,
    listMaterials,
    reckonProgress,
    sortTiles,
    wantsPerson,
} from "@print3d_production/farm/farm_tiles";

describe.current.tags("desktop");

const HOUR = 3600 * 1000;

function makeTile(id, vals = {}) {
    return {
        id,
        name: `Printer ${id}`,
        model: "MK4S",
        label: "Free",
        sequence: 10,
        state: "free",
        rank: 7,
        run: false,
        next: false,
        slots: [],
        ...vals,
    };
}

const spool = (material, name = "SP1") => ({ spool: { material, name } });

test("forty tiles fit on a screen of 1440 × 900", () => {
    // What the bars leave of it.
    const layout = layoutTiles(40, { width: 1424, height: 786 });
    expect(layout.scrolls).toBe(false);
    expect(layout.columns * 5).toBe(40);
    expect(layout.size).toBe("s");
});

test("few tiles are large, many are small, too many scroll", () => {
    const area = { width: 1424, height: 786 };
    expect(layoutTiles(1, area).size).toBe("l");
    expect(layoutTiles(6, area).size).toBe("l");
    expect(layoutTiles(15, area).size).toBe("m");
    expect(layoutTiles(200, area).scrolls).toBe(true);
    expect(layoutTiles(0, area).columns).toBe(1);
});

test("tiles never overlap", () => {
    for (const width of [390, 768, 1024, 1440, 2560]) {
        for (let count = 1; count <= 60; count++) {
            const layout = layoutTiles(count, { width, height: 700 });
            const used = layout.columns * layout.width + (layout.columns - 1) * 8;
            expect(used).toBeLessThan(width + 1);
            if (!layout.scrolls) {
                const rows = Math.ceil(count / layout.columns);
                expect(rows * layout.height + (rows - 1) * 8).toBeLessThan(701);
            }
        }
    }
});

test("arrows move and stop at the edges", () => {
    const grid = { count: 7, columns: 3, isRtl: false };
    expect(moveFocus("ArrowRight", 0, grid)).toBe(1);
    expect(moveFocus("ArrowDown", 1, grid)).toBe(4);
    expect(moveFocus("ArrowDown", 4, grid)).toBe(4);
    expect(moveFocus("ArrowUp", 1, grid)).toBe(1);
    expect(moveFocus("ArrowLeft", 0, grid)).toBe(0);
    expect(moveFocus("End", 0, grid)).toBe(6);
    expect(moveFocus("Home", 5, grid)).toBe(0);
    expect(moveFocus("ArrowRight", 1, { ...grid, isRtl: true })).toBe(0);
});

test("progress goes on between two readings", () => {
    const run = { percent: 40, eta: 6 * HOUR, is_paused: false };
    expect(reckonProgress(run, 0, 0)).toEqual({ percent: 40, left: 6 * 3600 });
    expect(reckonProgress(run, 0, 3 * HOUR)).toEqual({ percent: 70, left: 3 * 3600 });
    // The last percent is told, not reckoned.
    expect(reckonProgress(run, 0, 9 * HOUR)).toEqual({ percent: 99, left: 0 });
});

test("a paused print stands still, one without a time too", () => {
    const run = { percent: 40, eta: 6 * HOUR, is_paused: true };
    expect(reckonProgress(run, 0, 3 * HOUR).percent).toBe(40);
    expect(reckonProgress({ percent: 12, eta: 0 }, 0, HOUR)).toEqual({
        percent: 12,
        left: 0,
    });
});

test("what wants a person comes first, then what is ready soonest", () => {
    const tiles = [
        makeTile(1, { rank: 6, run: { eta: 2 * HOUR } }),
        makeTile(2, { rank: 7 }),
        makeTile(3, { rank: 6, run: { eta: HOUR } }),
        makeTile(4, { rank: 0, state: "to_clear" }),
        makeTile(5, { rank: 1, state: "overdue", run: { eta: 0 } }),
    ];
    const ids = (sort) => sortTiles(tiles, sort).map(({ id }) => id);
    expect(ids("person")).toEqual([4, 5, 3, 1, 2]);
    expect(ids("place")).toEqual([1, 2, 3, 4, 5]);
    expect(tiles.filter(wantsPerson).map(({ id }) => id)).toEqual([4, 5]);
    const named = [makeTile(1, { name: "A 10" }), makeTile(2, { name: "A 9" })];
    expect(sortTiles(named, "name").map(({ name }) => name)).toEqual(["A 9", "A 10"]);
});

test("tiles are found by what they are, print and hold", () => {
    const tiles = [
        makeTile(1, {
            state: "printing",
            run: { product: "Vase", name: "RUN/1" },
            slots: [spool("PLA", "SP00007"), { spool: false }],
        }),
        makeTile(2, { rank: 3, slots: [spool("PETG")] }),
    ];
    const ids = (filter) =>
        filterTiles(tiles, { search: "", state: "", material: "", ...filter }).map(
            ({ id }) => id
        );
    expect(ids({})).toEqual([1, 2]);
    expect(ids({ search: "vase" })).toEqual([1]);
    expect(ids({ search: "printer 00007" })).toEqual([1]);
    expect(ids({ material: "PETG" })).toEqual([2]);
    expect(ids({ state: "printing" })).toEqual([1]);
    expect(ids({ state: "person" })).toEqual([2]);
    expect(ids({ state: "printing", material: "PETG" })).toEqual([]);
    expect(listMaterials(tiles)).toEqual(["PETG", "PLA"]);
});
