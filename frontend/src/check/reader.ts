// Finding codes in pictures and in what the camera shows, on this device alone.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

const LONG_SIDE = 2400;

/** The texts of the QR codes in a picture. */
export async function codesIn(picture: Blob | ImageData): Promise<string[]> {
  const input = picture instanceof Blob ? await pixelsOf(picture) : picture;
  const found = await readBarcodes(input, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 4 });
  return found.filter((code) => code.isValid).map((code) => code.text);
}

/** Decodes a picture within bounds, so that a bomb of pixels costs no memory of ours. */
async function pixelsOf(picture: Blob): Promise<ImageData> {
  const probe = await createImageBitmap(picture);
  const scale = Math.min(1, LONG_SIDE / Math.max(probe.width, probe.height));
  const canvas = new OffscreenCanvas(Math.max(1, probe.width * scale), Math.max(1, probe.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(probe, 0, 0, canvas.width, canvas.height);
  probe.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
