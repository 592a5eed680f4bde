import { describe, expect, test } from "@odoo/hoot";
import { formatExpected } from "@print3d_library/profiles/deviations";
import { settingName, settingTitle } from "@print3d_library/profiles/profile_lines";
import {
    describeEffect,
    describeSuccess,
    formatChange,
    formatSide,
    groupChanges,
    oneSided,
    readPlates,
} from "@print3d_library/versions/compare_format";
import { makeMockEnv } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

const DIFFERENCE = {
    figures: [
        {
            group: "infill",
            entries: [
                {
                    key: "infill_density",
                    old: 15,
                    new: 20,
                    unit: "%",
                    state: "changed",
                },
            ],
        },
    ],
    parameters: [
        { key: "Glue stick", old: "no", new: "yes", unit: "", state: "changed" },
    ],
    own: [
        { key: "bridge_speed", old: 25, new: 50, unit: "", state: "changed" },
        { key: "old_one", old: 1, new: null, unit: "", state: "removed" },
    ],
};

test("changes in groups, filtered as one types", async () => {
    await makeMockEnv();
    const keys = (options) => groupChanges(DIFFERENCE, options).map(({ key }) => key);
    expect(keys()).toEqual(["infill", "parameters"]);
    expect(keys({ all: true })).toEqual(["infill", "parameters", "own_speed"]);
    expect(keys({ all: true, query: "bridge" })).toEqual(["own_speed"]);
    expect(keys({ query: "density" })).toEqual(["infill"]);
    expect(keys({ query: "nothing" })).toEqual([]);
    expect(oneSided(DIFFERENCE).map(({ key }) => key)).toEqual(["old_one"]);
});

test("both sides of a difference", async () => {
    await makeMockEnv();
    const entry = {
        key: "line_width",
        old: "105%",
        old_mm: 0.42,
        new: null,
        unit: "mm",
    };
    expect(formatSide(entry, "old")).toBe("105% (0.42)");
    expect(formatSide(entry, "new")).toBe("–");
    expect(formatChange({ key: "x", change: 5, percent: 33.3 })).toEqual({
        up: true,
        text: "+33%",
    });
    expect(formatChange({ key: "x", change: -0.4, unit: "mm" }).text).toBe(
        "−0.4\u00a0mm"
    );
    expect(formatChange({ key: "x" })).toBe(null);
});

test("effects in words", async () => {
    await makeMockEnv();
    expect(describeEffect(3600, 4320, "time")).toEqual({
        text: "12 min longer",
        tone: "more",
        percent: 20,
    });
    expect(describeEffect(10, 6.9, "grams").text).toBe("3.1 g less");
    expect(describeEffect(10, 10, "grams").tone).toBe("same");
    expect(describeEffect(0, 10, "grams").tone).toBe("unknown");
    expect(describeSuccess({ prints: 4, ended: 4, success: 0.75 })).toBe(
        "75% of 4 prints went well"
    );
    expect(describeSuccess({ prints: 0, ended: 0 })).toBe("not printed yet");
});

test("plates with their filaments and objects", async () => {
    await makeMockEnv();
    const [plate] = readPlates([
        {
            index: 2,
            name: "Lids",
            state: "changed",
            entries: [{ key: "time_s", old: 3600, new: 60, unit: "s" }],
            filaments: [
                { tool: 1, entries: [{ key: "grams", old: 5, new: 6, unit: "g" }] },
            ],
            objects: [{ name: "lid", old: 2, new: 4 }],
        },
    ]);
    expect(plate.label).toBe("Plate 2: Lids");
    expect(plate.rows.map(({ label, newText }) => [label, newText])).toEqual([
        ["Print time", "1 min"],
        ["Tool 1: Filament", "6 g"],
        ["lid", "4\u00a0×"],
    ]);
});

test("settings of a profile by title, name or a slicer's own word", async () => {
    await makeMockEnv();
    expect(settingTitle("infill_density")).toBe("Infill: Density");
    expect(settingName("infill: density")).toBe("infill_density");
    expect(settingName("Layer height")).toBe("layer_height");
    // Three groups have a density: none is guessed.
    expect(settingName("Density")).toBe("Density");
    expect(settingName(" my_setting ")).toBe("my_setting");
    expect(
        formatExpected({
            name: "nozzle_temp",
            old: 215,
            unit: "°C",
            low: 205,
            high: 225,
        })
    ).toBe("215\u00a0°C (205 to 225)");
});
