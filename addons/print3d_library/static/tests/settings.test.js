import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { groupFigures } from "@print3d_library/facts/key_figures";
import { formatTerm } from "@print3d_library/facts/terms";
import {
    groupSettings,
    readOverrides,
} from "@print3d_library/settings/slicer_settings";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const SETTINGS = {
    layer_height: 0.2,
    temperature: [240, 240],
    nozzle_temp_of_tools: [240, 215],
    fan_speed: "30%",
    start_gcode: "G28\\nG1 X1\\nG1 X2\\nG1 X3\\nG1 X4",
};
const COMMON = { layer_height: 0.2, infill_pattern: "trihexagon", fan_max: 30 };
const OVERRIDES = [
    { scope: "object", name: "box", settings: { wall_loops: 3, layer_height: 0.2 } },
    {
        scope: "part",
        name: "lid",
        parent: "box",
        role: "modifier_part",
        settings: { wall_loops: 5 },
    },
    { scope: "plate", name: "", plate: 2, settings: { fan_speed: "50%" } },
];

class Version extends models.Model {
    _name = "version";

    settings = fields.Json();
    common = fields.Json();
    overrides = fields.Json();

    _records = [{ id: 1, settings: SETTINGS, common: COMMON, overrides: OVERRIDES }];
}
defineMailModels();
defineModels([Version]);

test("settings in groups, found by name, value and common name", async () => {
    await makeMockEnv();
    const keys = (groups) => groups.map((group) => group.key);
    const groups = groupSettings(SETTINGS);
    expect(keys(groups)).toEqual(["gcode", "temperature", "cooling", "shell"]);
    expect(groups[0].entries[0].lines).toBe(5);
    const [tools, same] = groups[1].entries;
    expect(tools.tools).toEqual(["240", "215"]);
    expect(same.same).toBe(2);
    expect(same.value).toBe("240");
    expect(keys(groupSettings(SETTINGS, "Fan speed"))).toEqual(["cooling"]);
    expect(keys(groupSettings(SETTINGS, "215"))).toEqual(["temperature"]);
    expect(groupSettings(SETTINGS, "nothing")).toHaveLength(0);
    const found = groupSettings(SETTINGS, "tri-hexagon", COMMON);
    expect(keys(found)).toEqual(["common"]);
    expect(found[0].entries[0].name).toBe("infill_pattern");
});

test("overrides say what they replace", async () => {
    await makeMockEnv();
    const [box, lid, plate] = readOverrides(OVERRIDES, SETTINGS);
    expect(box.entries.map(({ name, before }) => [name, before])).toEqual([
        ["wall_loops", null],
        ["layer_height", "0.2"],
    ]);
    expect(box.entries[1].differs).toBe(false);
    expect(lid.entries[0].before).toBe("3");
    expect(lid.entries[0].from).toBe("box");
    expect(lid.role).toBe("modifier");
    expect(plate.name).toBe("Plate 2");
    expect(plate.entries[0].before).toBe("30%");
    expect(readOverrides(OVERRIDES, SETTINGS, "lid")).toHaveLength(1);
    expect(readOverrides(undefined, SETTINGS)).toEqual([]);
});

test("values of key figures", async () => {
    await makeMockEnv();
    expect(formatTerm(0.2, "mm")).toBe("0.2\u00a0mm");
    expect(formatTerm([215, 215], "°C")).toBe("215\u00a0°C");
    expect(formatTerm([215, 240], "°C")).toBe("215\u00a0°C · 240\u00a0°C");
    expect(formatTerm(15, "%")).toBe("15%");
    expect(formatTerm(true)).toBe("yes");
    expect(formatTerm("outer_inner", "", "wall_order")).toBe("outer, then inner");
    expect(formatTerm("a word of its own", "", "seam")).toBe("a word of its own");
});

test("key figures: corrected values count, rarer ones are folded", async () => {
    await makeMockEnv();
    const common = { layer_height: 0.2, first_layer_height: 0.25, ironing: true };
    const figures = (...args) =>
        groupFigures(...args).flatMap(({ entries }) =>
            entries.map(({ key, text }) => `${key} ${text}`)
        );
    expect(figures(common, { layer_height: 0.2 })).toEqual([
        "layer_height 0.2\u00a0mm",
        "first_layer_height 0.25\u00a0mm",
    ]);
    expect(figures(common, { layer_height: 0.3 }, { layer_height: {} })[0]).toBe(
        "layer_height 0.3\u00a0mm"
    );
    expect(figures(common, {}, {}, true)).toHaveLength(3);
    // What only the header of the file states.
    expect(figures({}, { nozzle_temp: 215 })).toEqual(["nozzle_temp 215\u00a0°C"]);
});

test("settings are searched as one types, groups unfold, long values fold", async () => {
    await mountView({
        type: "form",
        resModel: "version",
        resId: 1,
        arch: `<form><field name="settings" widget="print3d_slicer_settings"/></form>`,
    });
    expect(".o_print3d_settings_count").toHaveText("5 settings");
    expect(".o_print3d_setting").toHaveCount(0);
    await contains("[data-group=gcode] .o_print3d_settings_toggle").click();
    expect("[data-group=gcode] .o_print3d_folded").toHaveCount(1);
    await contains(".o_print3d_unfold").click();
    expect("[data-group=gcode] .o_print3d_folded").toHaveCount(0);
    await contains(".o_print3d_settings input").edit("fan", { confirm: false });
    await animationFrame();
    expect("[data-group=cooling] .o_print3d_setting").toHaveCount(1);
    expect(".o_print3d_overrides").toHaveText(/instead of 30%/);
    expect(".o_print3d_settings_count").toHaveText("1 of 5 settings");
});
