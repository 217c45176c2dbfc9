// CBOR (RFC 8949) in its deterministic form and nothing else: any other way to write the same value is refused.

export class CborError extends Error {}

export interface Tagged {
  tag: number;
  value: Cbor;
}

export type Cbor = number | string | Uint8Array | Cbor[] | Map<number, Cbor> | Tagged;

const DEEPEST = 8;

/** The one value that fills `data`; maps have integer keys here. Throws `CborError`. */
export function decode(data: Uint8Array): Cbor {
  const reader = new Reader(data);
  const value = reader.value(0);
  if (!reader.isAtEnd) throw new CborError("something follows the value");
  return value;
}

class Reader {
  private readonly data: Uint8Array;
  private at = 0;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  get isAtEnd(): boolean {
    return this.at === this.data.length;
  }

  value(depth: number): Cbor {
    if (depth > DEEPEST) throw new CborError("too deep");
    const first = this.byte();
    const size = this.argument(first & 31);
    switch (first >> 5) {
      case 0:
        return size;
      case 1:
        return -1 - size;
      case 2:
        return this.bytes(size);
      case 3:
        return text(this.bytes(size));
      case 4:
        return this.list(size, depth);
      case 5:
        return this.map(size, depth);
      case 6:
        return { tag: size, value: this.value(depth + 1) };
      default:
        throw new CborError("a value of another kind");
    }
  }

  private list(size: number, depth: number): Cbor[] {
    if (size > this.data.length) throw new CborError("cut off");
    return Array.from({ length: size }, () => this.value(depth + 1));
  }

  private map(size: number, depth: number): Map<number, Cbor> {
    if (size > this.data.length) throw new CborError("cut off");
    const found = new Map<number, Cbor>();
    let before = "";
    for (let index = 0; index < size; index += 1) {
      const from = this.at;
      const key = this.value(depth + 1);
      const written = hex(this.data.subarray(from, this.at));
      if (typeof key !== "number") throw new CborError("a key that is no number");
      if (index > 0 && !isInOrder(before, written)) throw new CborError("keys out of order");
      before = written;
      found.set(key, this.value(depth + 1));
    }
    return found;
  }

  private argument(low: number): number {
    if (low < 24) return low;
    if (low > 27) throw new CborError("an endless or unknown length");
    const width = 1 << (low - 24);
    let value = 0;
    for (let index = 0; index < width; index += 1) value = value * 256 + this.byte();
    if (!Number.isSafeInteger(value)) throw new CborError("a number that is too large");
    const least = low === 24 ? 24 : 2 ** (4 * width);
    if (value < least) throw new CborError("not the shortest form");
    return value;
  }

  private byte(): number {
    const value = this.data[this.at];
    if (value === undefined) throw new CborError("cut off");
    this.at += 1;
    return value;
  }

  private bytes(size: number): Uint8Array {
    if (this.at + size > this.data.length) throw new CborError("cut off");
    this.at += size;
    return this.data.subarray(this.at - size, this.at);
  }
}

/** The bytes of `["Signature1", protected, external, payload]`, which COSE signs. */
export function encodeSigned(parts: readonly [string, Uint8Array, Uint8Array, Uint8Array]): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [Uint8Array.of(0x84)];
  const [context, ...rest] = parts;
  const name = new TextEncoder().encode(context);
  chunks.push(head(3, name.length), name);
  for (const part of rest) chunks.push(head(2, part.length), part);
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (value) => value.toString(16).padStart(2, "0")).join("");
}

function head(major: number, size: number): Uint8Array {
  if (size < 24) return Uint8Array.of((major << 5) | size);
  if (size < 256) return Uint8Array.of((major << 5) | 24, size);
  if (size < 65_536) return Uint8Array.of((major << 5) | 25, size >> 8, size & 255);
  return Uint8Array.of((major << 5) | 26, size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255);
}

function isInOrder(before: string, after: string): boolean {
  return before.length < after.length || (before.length === after.length && before < after);
}

function text(data: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new CborError("text that is no UTF-8");
  }
}
