// The text of a printed code: an address ending in /c/, and the message after it (docs/ref/certificate-qr.md).

export class CarrierError extends Error {}

export interface Carried {
  address: string;
  message: Uint8Array<ArrayBuffer>;
}

const LONGEST = 2_400;
const TEXT = /^(https?:\/\/[^\s/?#]{1,253}(?:\/[^\s?#]{0,200})?\/c\/)([A-Za-z0-9_-]+)$/;

/** Reads the text of a code; throws `CarrierError`. */
export function parseText(text: string): Carried {
  const found = text.length <= LONGEST + 500 ? TEXT.exec(text.trim()) : null;
  if (!found?.[1] || !found[2] || found[2].length > LONGEST) throw new CarrierError("not the code of a certificate");
  return { address: found[1], message: fromBase64Url(found[2]) };
}

/** The bytes of base64url without padding; throws `CarrierError`, also for a second way to write the same bytes. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new CarrierError("damaged");
  let raw: string;
  try {
    raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new CarrierError("damaged");
  }
  if (btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") !== text) throw new CarrierError("damaged");
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}
