/* global EventTarget, KeyboardEvent */
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryFirst } from "@odoo/hoot-dom";
import { Component, xml } from "@odoo/owl";
import {
    allowTranslations,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { BluetoothScale } from "@print3d_inventory/scan/devices/bluetooth_scale";
import { FORMATS, makeCodeReader } from "@print3d_inventory/scan/devices/code_reader";
import { Feedback } from "@print3d_inventory/scan/devices/feedback";
import { useWedge } from "@print3d_inventory/scan/hooks";

describe.current.tags("headless");
defineMailModels();

// === Codes in pictures === //

test("the browser's own reader is used where it reads QR codes", async () => {
    class Native {
        static async getSupportedFormats() {
            return ["qr_code", "ean_13", "aztec"];
        }
        constructor({ formats }) {
            expect.step(formats.join());
        }
        async detect() {
            return [{ rawValue: "SP-0007" }];
        }
    }
    patchWithCleanup(window, { BarcodeDetector: Native });
    const reader = await makeCodeReader();
    expect(reader.name).toBe("native");
    expect(await reader.detect(null)).toEqual([{ rawValue: "SP-0007" }]);
    expect.verifySteps(["qr_code,ean_13"]);
    expect(FORMATS).toInclude("qr_code");
});

// === A scanner that types === //

class Page extends Component {
    static template = xml`<input value=""/>`;
    static props = {};

    setup() {
        useWedge((code) => expect.step(code));
    }
}

function press(target, text) {
    const prevented = [];
    for (const key of [...text, "Enter"]) {
        const event = new KeyboardEvent("keydown", {
            key,
            bubbles: true,
            cancelable: true,
        });
        target.dispatchEvent(event);
        prevented.push(event.defaultPrevented);
        if (key.length === 1 && target.matches("input")) {
            target.value += key;
        }
    }
    return prevented.at(-1);
}

test("a scanner is heard wherever the focus is, and leaves no trace", async () => {
    await mountWithCleanup(Page);
    const input = queryFirst("input");
    input.value = "PL";
    expect(press(input, "SP-0007")).toBe(true);
    expect.verifySteps(["SP-0007"]);
    expect(input.value).toBe("PL");
    expect(press(document.body, "SP-0008")).toBe(true);
    expect.verifySteps(["SP-0008"]);
    // Too short to be a code: it is left to the field.
    expect(press(input, "1")).toBe(false);
    expect.verifySteps([]);
});

// === A scale over Bluetooth === //

function makeDevice(services) {
    const device = new EventTarget();
    device.name = "Decent Scale";
    device.gatt = {
        connect: async () => ({
            async getPrimaryService(number) {
                if (!services[number]) {
                    throw new Error("no such service");
                }
                return { getCharacteristic: async (one) => services[number][one] };
            },
        }),
        disconnect: () => device.dispatchEvent(new Event("gattserverdisconnected")),
    };
    return device;
}

function makeCharacteristic() {
    const one = new EventTarget();
    one.written = [];
    one.startNotifications = async () => {};
    one.writeValue = async (data) => one.written.push([...data]);
    one.tell = (...bytes) => {
        one.value = new DataView(Uint8Array.from(bytes).buffer);
        one.dispatchEvent(new Event("characteristicvaluechanged"));
    };
    return one;
}

test("a scale is connected, woken, read, and lost", async () => {
    allowTranslations();
    const [weight, command] = [makeCharacteristic(), makeCharacteristic()];
    const device = makeDevice({ 0xfff0: { 0xfff4: weight, 0x36f5: command } });
    patchWithCleanup(window.navigator, {
        bluetooth: {
            async requestDevice({ filters }) {
                expect.step(filters.map(({ services }) => services[0]).join());
                return device;
            },
        },
    });
    const scale = new BluetoothScale();
    await scale.connect();
    expect.verifySteps([[0x181d, 0xfff0, 0x0ffe].join()]);
    expect(scale.state.name).toBe("Decent Scale");
    expect(command.written).toHaveLength(1);
    weight.tell(0x03, 0xce, 0x1f, 0xbc, 0, 0, 0x03 ^ 0xce ^ 0x1f ^ 0xbc);
    expect(scale.state.grams).toBe(812.4);
    expect(scale.state.isSettled).toBe(true);
    // What is damaged on the way changes nothing.
    weight.tell(0x03, 0xce, 0x00, 0xbc, 0, 0, 0);
    expect(scale.state.grams).toBe(812.4);
    scale.disconnect();
    expect(scale.state.grams).toBe(null);
    expect(scale.state.name).toBe("");
});

test("a device that is no known scale is said to be none", async () => {
    allowTranslations();
    patchWithCleanup(window.navigator, {
        bluetooth: { requestDevice: async () => makeDevice({}) },
    });
    const scale = new BluetoothScale();
    await scale.connect();
    expect(scale.state.problem).toMatch(/does not answer/);
    expect(scale.state.isBusy).toBe(false);
    expect(scale.state.name).toBe("");
});

// === Sound === //

test("what is muted is silent, and what is still does not shake", () => {
    patchWithCleanup(window.navigator, {
        vibrate: (pattern) => expect.step(`shake ${pattern}`),
    });
    const feedback = new Feedback();
    feedback.play = () => expect.step("play");
    feedback.give("ok");
    expect.verifySteps(["shake 40", "play"]);
    feedback.isMuted = true;
    feedback.give("error");
    expect.verifySteps(["shake 160,80,160"]);
    feedback.isStill = true;
    feedback.give("warn");
    expect.verifySteps([]);
});
