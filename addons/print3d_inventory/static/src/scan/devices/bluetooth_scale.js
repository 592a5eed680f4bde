import { reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { SCALES, Settling } from "./scale_decoding";

/**
 * A scale that the phone listens to over Bluetooth.
 *
 * `state` is reactive: `name` (of the connected scale), `grams` (null before the first
 * reading), `isSettled`, `step` (grams), `problem`.
 */
export class BluetoothScale {
    constructor() {
        this.state = reactive({
            name: "",
            grams: null,
            isSettled: false,
            step: 1,
            problem: "",
            isBusy: false,
        });
        this.device = null;
    }

    get isThere() {
        return "bluetooth" in window.navigator;
    }

    /** Let the person choose a scale, and listen to it; only after a touch. */
    async connect() {
        const { state } = this;
        state.problem = "";
        state.isBusy = true;
        try {
            const device = await window.navigator.bluetooth.requestDevice({
                filters: SCALES.map(({ service }) => ({ services: [service] })),
            });
            device.addEventListener("gattserverdisconnected", () => this.onGone());
            this.device = device;
            await this.listen(await device.gatt.connect());
            state.name = device.name || _t("Scale");
        } catch (error) {
            // Closing the list of devices is no problem.
            state.problem = error.name === "NotFoundError" ? "" : this.explain();
            this.disconnect();
        } finally {
            state.isBusy = false;
        }
    }

    explain() {
        return _t(
            "The scale does not answer. Switch it on, bring it nearer and connect again."
        );
    }

    async listen(server) {
        for (const scale of SCALES) {
            let service;
            try {
                service = await server.getPrimaryService(scale.service);
            } catch {
                continue;
            }
            const characteristic = await service.getCharacteristic(
                scale.characteristic
            );
            const settling = new Settling();
            characteristic.addEventListener("characteristicvaluechanged", (ev) =>
                this.onReading(scale.read(ev.target.value), settling, ev.timeStamp)
            );
            await characteristic.startNotifications();
            if (scale.wake) {
                const command = await service.getCharacteristic(
                    scale.wake.characteristic
                );
                await command.writeValue(Uint8Array.from(scale.wake.data));
            }
            return;
        }
        throw new Error("no known scale");
    }

    onReading(reading, settling, time) {
        if (!reading) {
            return;
        }
        const isStill = settling.feed(reading.grams, time);
        Object.assign(this.state, {
            grams: reading.grams,
            step: reading.step,
            isSettled: reading.isSettled || isStill,
        });
    }

    onGone() {
        Object.assign(this.state, { name: "", grams: null, isSettled: false });
        this.device = null;
    }

    disconnect() {
        this.device?.gatt?.disconnect();
        this.onGone();
    }
}
