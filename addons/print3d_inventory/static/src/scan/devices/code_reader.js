import { loadJS } from "@web/core/assets";
import { buildZXingBarcodeDetector } from "@web/core/barcode/ZXingBarcodeDetector";

const ZXING = "/web/static/lib/zxing-library/zxing-library.js";
export const FORMATS = [
    "qr_code",
    "data_matrix",
    "ean_13",
    "ean_8",
    "upc_a",
    "upc_e",
    "code_128",
    "code_39",
];

/**
 * What reads codes in a picture: the browser where it can, otherwise the library zxing,
 * which Odoo brings along and which is loaded only now.
 *
 * @returns {Promise<{detect: (video: HTMLVideoElement) => Promise<Object[]>, name: string}>}
 */
export async function makeCodeReader() {
    const Native = window.BarcodeDetector;
    if (Native) {
        const known = await Native.getSupportedFormats().catch(() => []);
        const formats = FORMATS.filter((format) => known.includes(format));
        if (formats.includes("qr_code")) {
            const detector = new Native({ formats });
            return { name: "native", detect: (video) => detector.detect(video) };
        }
    }
    await loadJS(ZXING);
    const Detector = buildZXingBarcodeDetector(window.ZXing);
    const detector = new Detector({ formats: FORMATS });
    // A code may fill the picture or only its middle, and what is in the middle is found
    // sooner without the rest: in turns.
    let isWhole = false;
    const detect = (video) => {
        isWhole = !isWhole;
        const { videoWidth: width, videoHeight: height } = video;
        const side = Math.min(width, height);
        const [x, y] = [(width - side) / 2, (height - side) / 2];
        detector.setCropArea(isWhole ? null : { x, y, width: side, height: side });
        return detector.detect(video);
    };
    return { name: "zxing", detect };
}
