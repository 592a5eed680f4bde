import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { DamageSection } from "@print3d_library/storage/damage_section";
import {
    MockServer,
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Move extends models.Model {
    _name = "move";

    state = fields.Selection({
        selection: [
            ["running", "Running"],
            ["done", "Done"],
        ],
    });
    progress = fields.Float();
    note = fields.Char();

    _records = [{ id: 1, state: "running", progress: 10 }];
}

defineMailModels();
defineModels([Move]);

const ARCH = `<form>
    <field name="state"/>
    <field name="progress"/>
    <field name="note"/>
    <widget name="print3d_follow" field="state" value="running"/>
</form>`;

let reads = 0;
beforeEach(() => {
    reads = 0;
    onRpc("move", "web_read", () => {
        reads++;
    });
});

test("a form follows what runs, until it ended", async () => {
    await mountView({ type: "form", resModel: "move", resId: 1, arch: ARCH });
    expect(reads).toBe(1);
    MockServer.env.move.write([1], { progress: 60 });
    await advanceTime(3000);
    await animationFrame();
    expect("[name=progress] input").toHaveValue("60.00");
    MockServer.env.move.write([1], { state: "done" });
    await advanceTime(3000);
    await animationFrame();
    expect(reads).toBe(3);
    await advanceTime(9000);
    expect(reads).toBe(3);
});

test("what is being written is not lost", async () => {
    await mountView({ type: "form", resModel: "move", resId: 1, arch: ARCH });
    await contains("[name=note] input").edit("mine");
    await advanceTime(3000);
    await animationFrame();
    expect(reads).toBe(1);
    expect("[name=note] input").toHaveValue("mine");
});

test("damaged files and silent storages on the home page", async () => {
    mockService("action", {
        doAction: (action) => expect.step(action.res_model || action),
    });
    await mountWithCleanup(DamageSection, {
        props: {
            data: {
                count: 1,
                records: [{ id: 7, name: "lamp.stl", model: "Lamp" }],
                storages: [{ id: 3, name: "Bucket", message: "It is away." }],
            },
            reload: () => {},
        },
    });
    expect(".o_print3d_home_row").toHaveCount(2);
    expect(".o_print3d_home_row:first").toHaveText(/lamp.stl\s+Lamp\s+Damaged/);
    expect(".o_print3d_home_row:last").toHaveText(/Bucket\s+It is away./);
    await contains(".o_print3d_home_row:last .btn-secondary").click();
    await contains(".o_print3d_home_row:first .btn-link").click();
    await contains(".card-header .btn-link").click();
    expect.verifySteps([
        "print3d.storage",
        "print3d.file",
        "print3d_library.print3d_file_damaged_action",
    ]);
});
