import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    mountWithCleanup,
} from "@web/../tests/web_test_helpers";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import {
    formatGrams,
    formatPrintTime,
    safeColour,
    swatchBackground,
} from "@print3d_library/marks/format";
import { CIRCUMFERENCE, ProgressRing } from "@print3d_library/marks/progress_ring";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";
import { STATE_ICONS, StateDot } from "@print3d_library/marks/state_dot";
import { Thumbnail } from "@print3d_library/marks/thumbnail";

describe.current.tags("desktop");

const SETTINGS = {
    layer_height: "0.2",
    temperature: ["240", "240"],
    fan_speed: "30",
    start_gcode: "G28\\nG1 X1",
};

class Spool extends models.Model {
    _name = "spool";

    name = fields.Char();
    grams = fields.Float();
    percent = fields.Float();
    time_s = fields.Integer();
    picture = fields.Binary();
    url = fields.Char();
    chips = fields.Json();
    settings = fields.Json();
    state = fields.Selection({
        selection: [
            ["draft", "Draft"],
            ["active", "In use"],
        ],
    });

    _records = [
        {
            id: 1,
            name: "Teal",
            grams: 412.4,
            percent: 41,
            time_s: 7500,
            url: "/web/static/img/logo.png",
            chips: [{ colours: ["#0F8B8D"], material: "PETG", grams: 4.41 }],
            settings: SETTINGS,
            state: "active",
        },
    ];
}
defineMailModels();
defineModels([Spool]);

test("print time in the two largest units", async () => {
    await makeMockEnv();
    expect(formatPrintTime(0)).toBe("");
    expect(formatPrintTime(42)).toBe("42 s");
    expect(formatPrintTime(2700)).toBe("45 min");
    expect(formatPrintTime(3599)).toBe("1 h 00 min");
    expect(formatPrintTime(7500)).toBe("2 h 05 min");
    expect(formatPrintTime(97200)).toBe("1 d 3 h");
});

test("grams with the digits that matter", async () => {
    await makeMockEnv();
    expect(formatGrams(4.406)).toBe("4.41 g");
    expect(formatGrams(38.16)).toBe("38.2 g");
    expect(formatGrams(412.4)).toBe("412 g");
    expect(formatGrams(0)).toBe("0 g");
});

test("only colours get into a style", () => {
    expect(safeColour("#0F8B8D")).toBe("#0F8B8D");
    expect(safeColour("#0f8b8d80")).toBe("#0f8b8d80");
    expect(safeColour("red; background: url(//evil)")).toBe("");
    expect(safeColour(undefined)).toBe("");
    expect(swatchBackground(["#000000"])).toBe("#000000");
    expect(swatchBackground(["#000000", "#FFFFFF"])).toBe(
        "conic-gradient(#000000 0% 50%, #FFFFFF 50% 100%)"
    );
});

test("chips name material and grams, never the colour alone", async () => {
    await mountWithCleanup(FilamentChips, {
        props: {
            chips: [
                { colours: ["#1A1A1A"], material: "PLA", grams: 12.3, name: "Galaxy" },
                { colours: [], material: "", grams: 0 },
                { colours: ["#FFFFFF40"], material: "PETG" },
            ],
        },
    });
    expect(queryAllTexts(".o_print3d_chip")).toEqual([
        "PLA\n12.3 g",
        "Unknown material",
        "PETG",
    ]);
    expect(".o_print3d_chip:first").toHaveAttribute(
        "title",
        "Galaxy · #1A1A1A · 12.3 g"
    );
    expect(".o_print3d_swatch_unknown").toHaveCount(1);
    expect(".o_print3d_swatch_transparent").toHaveCount(1);
});

test("chips over the limit are counted", async () => {
    const chip = { colours: ["#1A1A1A"], material: "PLA" };
    await mountWithCleanup(FilamentChips, {
        props: { chips: [chip, chip, chip], limit: 2 },
    });
    expect(".o_print3d_chip").toHaveCount(2);
    expect(".o_print3d_chip_more").toHaveText("+1");
});

test("gauge is filled to its share", async () => {
    await mountWithCleanup(SpoolGauge, {
        props: { grams: 500, percent: 50, colours: "#0F8B8D,#F77F00" },
    });
    const bands = queryAll(".o_print3d_gauge_filament rect");
    expect(bands).toHaveLength(2);
    expect(bands[0]).toHaveAttribute("height", "22");
    expect(bands[0]).toHaveAttribute("width", "15");
    expect(".o_print3d_gauge").toHaveText("500 g");
    expect(".o_print3d_gauge").toHaveAttribute("title", "500 g left, 50% of the spool");
    expect(".o_print3d_gauge_low").toHaveCount(0);
});

test("gauge warns of a low and shows an empty spool", async () => {
    await mountWithCleanup(SpoolGauge, { props: { grams: 0, percent: -3 } });
    expect(".o_print3d_gauge_low .fa-exclamation-triangle").toHaveCount(1);
    expect(queryFirst(".o_print3d_gauge_filament rect")).toHaveAttribute("height", "0");
});

test("ring shows percentage and text", async () => {
    await mountWithCleanup(ProgressRing, { props: { percent: 25, text: "12 min" } });
    expect(".o_print3d_ring").toHaveText("25%\n12 min");
    expect(".o_print3d_ring").toHaveAttribute("aria-valuenow", "25");
    expect(".o_print3d_ring_value").toHaveAttribute(
        "stroke-dasharray",
        `${CIRCUMFERENCE / 4} ${CIRCUMFERENCE}`
    );
});

test("state has an icon and a word in every colour", async () => {
    for (const colour of Object.keys(STATE_ICONS)) {
        const dot = await mountWithCleanup(StateDot, {
            props: { colour, label: `State ${colour}` },
        });
        expect(`.o_print3d_state_${colour} .${STATE_ICONS[colour]}`).toHaveCount(1);
        expect(`.o_print3d_state_${colour}`).toHaveText(`State ${colour}`);
        dot.__owl__.app.destroy();
    }
});

test("thumbnail is loaded lazily and falls back to an icon", async () => {
    await mountWithCleanup(Thumbnail, { props: { src: "/nothing.png", alt: "Clip" } });
    expect(".o_print3d_thumbnail img").toHaveAttribute("loading", "lazy");
    expect(".o_print3d_thumbnail img").toHaveAttribute("alt", "Clip");
    queryFirst(".o_print3d_thumbnail img").dispatchEvent(new Event("error"));
    await animationFrame();
    expect(".o_print3d_thumbnail .fa-cube").toHaveCount(1);
});

test("marks are widgets of views", async () => {
    await mountView({
        type: "form",
        resModel: "spool",
        resId: 1,
        arch: `<form>
            <field name="percent" invisible="1"/>
            <field name="grams" widget="print3d_spool_gauge" options="{'percent_field': 'percent', 'colour_field': 'chips'}"/>
            <field name="chips" widget="print3d_filament_chips" options="{'grams': False}"/>
            <field name="state" widget="print3d_state_dot" options="{'active': 'green:fa-star'}"/>
            <field name="time_s" widget="print3d_print_time"/>
            <field name="url" widget="print3d_thumbnail"/>
            <field name="picture" widget="print3d_thumbnail"/>
        </form>`,
    });
    expect(".o_field_widget[name=grams]").toHaveText("412 g");
    expect(".o_field_widget[name=chips]").toHaveText("PETG");
    expect(".o_field_widget[name=state] .o_print3d_state_green").toHaveText("In use");
    expect(".o_field_widget[name=state] .fa-star").toHaveCount(1);
    expect(".o_field_widget[name=time_s]").toHaveText("2 h 05 min");
    expect(".o_field_widget[name=url] img").toHaveCount(1);
    expect(".o_field_widget[name=picture] .fa-cube").toHaveCount(1);
});
