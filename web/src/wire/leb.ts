// SPDX-License-Identifier: MIT
// Unsigned LEB128: numbers of up to 64 bits, seven bits a byte, the lowest first.

class Truncated extends Error {
  constructor(at: number) {
    super(`the bytes end inside a number, or it has more than 64 bits, at ${at}`);
  }
}

export class Reader {
  /** `end` is exclusive. */
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get more(): boolean {
    return this.at < this.end;
  }

  /** The next number as it came; above 2^53 it loses its low bits, so ask `big` where that can be. */
  num(): number {
    const first = this.at < this.end ? (this.bytes[this.at] ?? 0) : 128;
    if (first < 128) {
      this.at++;
      return first; // as most are
    }
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10 && this.at < this.end; i++) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new Truncated(this.at);
  }

  big(): bigint {
    const start = this.at;
    const value = this.num();
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let i = start, shift = 0n; i < this.at; i++, shift += 7n) {
      exact |= BigInt((this.bytes[i] ?? 0) & 0x7f) << shift;
    }
    return BigInt.asUintN(64, exact);
  }
}

/** For tests and mock servers: the inverse of Reader. */
export function writeNumber(out: number[], value: number | bigint): void {
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
}
