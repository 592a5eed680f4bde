import { describe, expect, test } from "@odoo/hoot";
import { foretell, isStatement } from "@print3d_inventory/scan/core/effects";
import {
    readLink,
    resolveLocally,
    searchLocally,
} from "@print3d_inventory/scan/core/local_resolver";
import { compareShelf } from "@print3d_inventory/scan/core/shelf_check";
import { Wedge } from "@print3d_inventory/scan/core/wedge";
import {
    foresee,
    pressKey,
    readGrams,
    writeUnit,
} from "@print3d_inventory/scan/core/weights";
import { describeTag, prepareRecords } from "@print3d_inventory/scan/devices/nfc";
import {
    readBookoo,
    readDecentScale,
    readWeightMeasurement,
    Settling,
} from "@print3d_inventory/scan/devices/scale_decoding";

describe.current.tags("headless");

const SIGNATURE = "0123456789abcdef0123";
const SPOOL = {
    type: "spool",
    id: 7,
    name: "SP-0007",
    title: "PLA Teal",
    brand: "Tourfil",
    remaining_g: 600,
    full_g: 1000,
    percent: 60,
    tare_g: 240,
    tags: ["04A22B11"],
    place: { id: 3, title: "Shelf A", kind: "shelf" },
};
const KNOWN = {
    spools: [SPOOL, { ...SPOOL, id: 8, name: "SP-0008", tags: [] }],
    places: [
        { id: 3, title: "Shelf A", subtitle: "Shelf", kind: "shelf", code: "SHELF-A" },
        { id: 4, title: "Left", subtitle: "Slot", kind: "slot", code: "LEFT" },
    ],
    purchases: [{ type: "purchase", id: 2, title: "P00002", vendor: "Vendor" }],
};

/** Feed the keys of a text, one every so many milliseconds, and Enter. */
function type(wedge, text, step, start = 1000) {
    let time = start;
    for (const key of text) {
        expect(wedge.feed(key, time)).toBe("");
        time += step;
    }
    return wedge.feed("Enter", time);
}

// === Wedge === //

test("a scanner's keys are a code, a person's are not", () => {
    const wedge = new Wedge();
    expect(type(wedge, "4006381333931", 8)).toBe("4006381333931");
    expect(type(wedge, "4006381333931", 140, 10000)).toBe("");
    expect(type(wedge, "SP-0007", 50, 20000)).toBe("SP-0007");
});

test("what a person typed before is not part of the code", () => {
    const wedge = new Wedge();
    wedge.feed("6", 0);
    wedge.feed("1", 300);
    expect(type(wedge, "SP-0007", 5, 900)).toBe("SP-0007");
});

test("Shift stands between the keys, and short bursts are none", () => {
    const wedge = new Wedge();
    wedge.feed("Shift", 0);
    wedge.feed("S", 5);
    wedge.feed("Shift", 8);
    wedge.feed("P", 12);
    wedge.feed("-", 18);
    wedge.feed("1", 24);
    expect(wedge.feed("Enter", 30)).toBe("SP-1");
    expect(type(wedge, "12", 5, 1000)).toBe("");
});

// === Weights === //

test("a pad takes digits, one point, and lets go of them", () => {
    const press = (keys) => [...keys].reduce(pressKey, "");
    expect(press(["8", "1", "2", ".", "4", ".", "5"])).toBe("812.45");
    expect(press([".", "5"])).toBe("0.5");
    expect(press(["0", "7"])).toBe("7");
    expect(pressKey("12", "back")).toBe("1");
    expect(pressKey("12", "clear")).toBe("");
    expect(press([..."123456789"])).toBe("12345678");
    expect(pressKey("1", "x")).toBe("1");
});

test("units are turned into grams and back", () => {
    expect(readGrams("812.4")).toBe(812.4);
    expect(readGrams("0.8124", "kg")).toBe(812.4);
    expect(readGrams("1", "lb")).toBe(453.592);
    expect(readGrams("1", "oz")).toBe(28.35);
    expect(readGrams("")).toBe(null);
    expect(writeUnit(812.4, "kg")).toBe("0.8124");
    expect(writeUnit(453.59237, "lb")).toBe("1");
});

test("what will be left is foreseen, and what is wrong with it", () => {
    expect(foresee(SPOOL, "gross", null)).toBe(null);
    const { percent, ...rest } = foresee(SPOOL, "gross", 800);
    expect(rest).toEqual({ left: 560, change: -40, problem: "" });
    expect(percent).toBeCloseTo(56);
    expect(foresee(SPOOL, "gross", 200).problem).toBe("light");
    expect(foresee(SPOOL, "gross", 235).problem).toBe("");
    expect(foresee(SPOOL, "gross", 235).left).toBe(0);
    expect(foresee(SPOOL, "gross", 1300).problem).toBe("above");
    expect(foresee({ ...SPOOL, tare_g: 0 }, "gross", 800).problem).toBe("tare");
    expect(foresee(SPOOL, "net", 500).change).toBe(-100);
    expect(foresee(SPOOL, "percent", 25).left).toBe(250);
    expect(foresee(SPOOL, "percent", 101).problem).toBe("percent");
    expect(foresee({ ...SPOOL, full_g: 0 }, "percent", 10).problem).toBe("percent");
    expect(foresee(SPOOL, "used", 45.5).left).toBe(554.5);
    expect(foresee(SPOOL, "used", 700).problem).toBe("over");
});

// === Effects === //

function queued(kind, vals = {}, state = "waiting") {
    return { route: "act", state, action: { kind, spool_id: 7, ...vals } };
}

test("a spool is shown with what waits to be told, in order", () => {
    const places = new Map(KNOWN.places.map((place) => [place.id, place]));
    const told = foretell(
        SPOOL,
        [
            queued("weigh", { value: 740 }),
            queued("use", { value: 50 }),
            queued("load", { place_id: 4 }),
            queued("count", { value: 1 }, "done"),
        ],
        places
    );
    expect(told.remaining_g).toBe(450);
    expect(told.percent).toBe(45);
    expect(told.place).toEqual({ id: 4, title: "Left", kind: "slot" });
    expect(told.pending).toBe(3);
    // The card itself stays as the server gave it.
    expect(SPOOL.remaining_g).toBe(600);
});

test("every deed changes what is shown", () => {
    const after = (kind, vals) => foretell(SPOOL, [queued(kind, vals)]);
    expect(after("percent", { value: 10 }).remaining_g).toBe(100);
    expect(after("scale", { value: 300 }).remaining_g).toBe(60);
    expect(after("scrap", { value: null }).remaining_g).toBe(0);
    expect(after("scrap", { value: 100 }).remaining_g).toBe(500);
    expect(after("use", { value: 900 }).remaining_g).toBe(0);
    expect(after("unload", {}).place).toBe(null);
    expect(after("quarantine", {}).status).toBe("quarantine");
    expect(after("open", { happened_on: "2027-01-31T08:00:00Z" }).opened_on).toBe(
        "2027-01-31"
    );
    expect(isStatement("weigh")).toBe(true);
    expect(isStatement("use")).toBe(false);
});

// === Without the server === //

test("labels, names, places, orders and tags are known here", () => {
    const path = `/print3d/s/7/${SIGNATURE}`;
    expect(readLink(`https://old.example/${path.slice(1)}?x=1`)).toEqual({
        type: "spool",
        id: 7,
        path,
    });
    expect(readLink("https://example.com/s/7")).toBe(null);
    expect(resolveLocally(path, KNOWN)).toInclude(["isSure", false]);
    const signed = { ...KNOWN, spools: [{ ...SPOOL, path }] };
    expect(resolveLocally(path, signed)).toInclude(["isSure", true]);
    // The label of another shop has the same number and another signature.
    const foreign = `/print3d/s/7/${"f".repeat(20)}`;
    expect(resolveLocally(foreign, signed)).toBe(null);
    expect(resolveLocally(" sp-0007 ", KNOWN)).toInclude(["id", 7]);
    expect(resolveLocally("SHELF-a", KNOWN)).toInclude(["type", "place"]);
    expect(resolveLocally("left", KNOWN)).toInclude(["id", 4]);
    expect(resolveLocally("P00002", KNOWN)).toInclude(["type", "purchase"]);
    expect(resolveLocally("04:a2:2b:11", KNOWN)).toInclude(["id", 7]);
    expect(resolveLocally({ uid: "04:a2:2b:11", records: [] }, KNOWN)).toInclude([
        "id",
        7,
    ]);
    expect(resolveLocally({ uid: "", records: [] }, KNOWN)).toBe(null);
    expect(resolveLocally("4006381333931", KNOWN)).toBe(null);
});

test("a name that two spools bear is asked of the server", () => {
    const twins = { ...KNOWN, spools: [SPOOL, { ...SPOOL, id: 9 }] };
    expect(resolveLocally("SP-0007", twins)).toBe(null);
});

test("every word of a search has to be found", () => {
    const ids = (text) => searchLocally(text, KNOWN).map(({ type, id }) => type + id);
    expect(ids("teal shelf")).toEqual(["spool7", "spool8"]);
    expect(ids("0008")).toEqual(["spool8"]);
    expect(ids("vendor")).toEqual(["purchase2"]);
    expect(ids("slot")).toEqual(["place4"]);
    expect(ids("  ")).toEqual([]);
});

test("a shelf's check tells found, missing and extra", () => {
    const booked = [{ id: 1 }, { id: 2 }];
    const check = compareShelf(3, booked, [{ id: 2 }, { id: 9 }, { id: 2 }]);
    expect(check.found.map(({ id }) => id)).toEqual([2]);
    expect(check.missing.map(({ id }) => id)).toEqual([1]);
    expect(check.extra.map(({ id }) => id)).toEqual([9]);
    expect(check.isDone).toBe(false);
    expect(compareShelf(3, booked, booked).isDone).toBe(true);
});

// === Scales === //

function withSum(bytes) {
    return Uint8Array.from([...bytes, bytes.reduce((sum, byte) => sum ^ byte, 0)]);
}

test("the standard weight scale: kilograms, pounds, and failures", () => {
    // 164 steps of 5 g
    expect(readWeightMeasurement(Uint8Array.from([0x00, 0xa4, 0x00])).grams).toBe(820);
    // 200 steps of 0.01 lb, with a time stamp behind
    const pounds = Uint8Array.from([0x03, 0xc8, 0x00, 0xe8, 0x07, 1, 2, 3, 4, 5]);
    expect(readWeightMeasurement(pounds).grams).toBe(907.2);
    expect(readWeightMeasurement(Uint8Array.from([0x00, 0xff, 0xff]))).toBe(null);
    expect(readWeightMeasurement(Uint8Array.from([0x00, 0x01]))).toBe(null);
    const padded = Uint8Array.from([9, 9, 0x00, 0xa4, 0x00]);
    expect(readWeightMeasurement(new DataView(padded.buffer, 2)).grams).toBe(820);
});

test("the Decent Scale: settled, moving, below zero, damaged", () => {
    const make = (kind, high, low) => withSum([0x03, kind, high, low, 0, 0]);
    expect(readDecentScale(make(0xce, 0x1f, 0xbc))).toEqual({
        grams: 812.4,
        step: 0.1,
        isSettled: true,
    });
    expect(readDecentScale(make(0xca, 0xff, 0xf6))).toInclude(["grams", -1]);
    expect(readDecentScale(make(0xca, 0, 1))).toInclude(["isSettled", false]);
    const damaged = make(0xce, 0x1f, 0xbc);
    damaged[3]++;
    expect(readDecentScale(damaged)).toBe(null);
    expect(readDecentScale(make(0xaa, 0, 1))).toBe(null);
    const stamped = withSum([0x03, 0xce, 0x00, 0x0a, 1, 2, 3, 0, 0]);
    expect(readDecentScale(stamped)).toInclude(["grams", 1]);
});

test("the Bookoo Mini: sign, hundredths, damaged", () => {
    const make = (sign, ...weight) =>
        withSum([0x03, 0x0b, 0, 0, 1, 1, sign, ...weight, ...new Array(9).fill(0)]);
    expect(readBookoo(make(0x2b, 0x01, 0x3d, 0x58))).toInclude(["grams", 812.4]);
    expect(readBookoo(make(0x2d, 0x00, 0x00, 0x64))).toInclude(["grams", -1]);
    const damaged = make(0x2b, 0, 0, 1);
    damaged[19] ^= 1;
    expect(readBookoo(damaged)).toBe(null);
    expect(readBookoo(Uint8Array.from([3, 0x0b]))).toBe(null);
});

test("a weight stands still after three near readings over a while", () => {
    const settling = new Settling();
    expect(settling.feed(100, 0)).toBe(false);
    expect(settling.feed(400, 100)).toBe(false);
    expect(settling.feed(400.4, 300)).toBe(false);
    expect(settling.feed(400.2, 480)).toBe(false);
    expect(settling.feed(400.3, 520)).toBe(true);
    expect(settling.feed(380, 600)).toBe(false);
});

// === Tags === //

test("a tag is told as the server wants it, and written as the phone wants it", () => {
    const data = new DataView(Uint8Array.from([0x7b, 0x7d]).buffer);
    const tag = describeTag({
        serialNumber: "04:a2",
        message: {
            records: [
                { recordType: "mime", mediaType: "application/json", data },
                { recordType: "url", data },
                { recordType: "empty", data: null },
            ],
        },
    });
    expect(tag).toEqual({
        uid: "04:a2",
        records: [
            { kind: "application/json", data: "e30=" },
            { kind: "url", data: "e30=" },
        ],
    });
    const [mime, url] = prepareRecords([
        { recordType: "mime", mediaType: "application/json", data: "{}" },
        { recordType: "url", data: "https://example.com" },
    ]);
    expect([...mime.data]).toEqual([0x7b, 0x7d]);
    expect(url.data).toBe("https://example.com");
});
