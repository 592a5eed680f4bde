import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { makeCodeReader } from "./devices/code_reader";

const PAUSE_MS = 120;
// The same code counts again once it was out of sight for so long.
const FORGET_MS = 2500;
const VIDEO = {
    facingMode: "environment",
    width: { ideal: 1280 },
    height: { ideal: 720 },
};

/** The camera, which reads codes as long as it is shown. */
export class CameraView extends Component {
    static template = "print3d_inventory.ScanCamera";
    static props = { onCode: Function };

    setup() {
        this.video = useRef("video");
        this.state = useState({
            step: "starting",
            problem: "",
            canLight: false,
            lit: false,
        });
        this.last = { code: "", time: -Infinity };
        this.onVisibility = () => {
            if (document.visibilityState === "visible") {
                this.start();
            } else {
                this.stop();
            }
        };
        onMounted(() => {
            document.addEventListener("visibilitychange", this.onVisibility);
            this.start();
        });
        onWillUnmount(() => {
            document.removeEventListener("visibilitychange", this.onVisibility);
            this.isGone = true;
            this.stop();
        });
    }

    async start() {
        if (this.stream) {
            return;
        }
        const { mediaDevices } = window.navigator;
        if (!mediaDevices) {
            this.fail(
                _t(
                    "This browser gives no camera to this page. Open the app by https, or " +
                        "type the number below."
                )
            );
            return;
        }
        this.state.step = "starting";
        try {
            const [stream, reader] = await Promise.all([
                mediaDevices.getUserMedia({ video: VIDEO, audio: false }),
                makeCodeReader(),
            ]);
            await this.show(stream, reader);
        } catch (error) {
            this.fail(this.explain(error));
        }
    }

    async show(stream, reader) {
        if (this.isGone || document.visibilityState === "hidden") {
            stream.getTracks().forEach((track) => track.stop());
            return;
        }
        this.stream = stream;
        const [track] = stream.getVideoTracks();
        this.state.canLight = Boolean(track.getCapabilities?.().torch);
        this.video.el.srcObject = stream;
        await this.video.el.play();
        this.state.step = "running";
        this.look(reader, stream);
    }

    fail(problem) {
        this.stop();
        Object.assign(this.state, { step: "failed", problem });
    }

    explain(error) {
        if (error.name === "NotAllowedError") {
            return _t(
                "The camera is not allowed here. Allow it beside the page's address, or " +
                    "type the number below."
            );
        }
        if (error.name === "NotFoundError" || error.name === "OverconstrainedError") {
            return _t(
                "There is no camera. Use a hand scanner, or type the number below."
            );
        }
        return _t("The camera does not start. Another app may be using it.");
    }

    stop() {
        this.stream?.getTracks().forEach((track) => track.stop());
        this.stream = null;
    }

    async look(reader, stream) {
        if (this.stream !== stream) {
            return;
        }
        const video = this.video.el;
        if (video?.readyState >= 2) {
            try {
                const [found] = await reader.detect(video);
                this.onFound(found?.rawValue || "");
            } catch {
                // A picture that cannot be read; the next one may.
            }
        }
        window.setTimeout(() => this.look(reader, stream), PAUSE_MS);
    }

    onFound(code) {
        const now = performance.now();
        if (!code) {
            return;
        }
        const isSame = code === this.last.code && now - this.last.time < FORGET_MS;
        this.last = { code, time: now };
        if (!isSame && this.stream) {
            this.props.onCode(code);
        }
    }

    async toggleLight() {
        const [track] = this.stream?.getVideoTracks() || [];
        const lit = !this.state.lit;
        try {
            await track.applyConstraints({ advanced: [{ torch: lit }] });
            this.state.lit = lit;
        } catch {
            this.state.canLight = false;
        }
    }
}
