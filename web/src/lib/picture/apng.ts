// SPDX-License-Identifier: MIT
// Pictures of one size as one animated picture (APNG, PNG 3rd edition, section 11.3.6): the frames' own
// compressed data in new chunks. Programs that know PNG only show the first. Pure.
import { crc32 } from './crc.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of a PNG. Throws on what is none. */
export function chunksOf(png: Uint8Array): Chunk[] {
  if (SIGNATURE.some((byte, i) => png[i] !== byte)) throw new Error('no PNG');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= png.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > png.length) throw new Error('a PNG that is cut off');
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const body = png.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== view.getUint32(at + 8 + length)) throw new Error(`${type} is damaged`);
    chunks.push({ type, data: body.subarray(4) });
    at += 12 + length;
  }
  if (chunks.at(-1)?.type !== 'IEND') throw new Error('a PNG that is cut off');
  return chunks;
}

function chunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((n, part) => n + part.length, 0);
  const bytes = new Uint8Array(12 + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  bytes.set(
    [...type].map((c) => c.charCodeAt(0)),
    4,
  );
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(bytes.subarray(4, at)));
  return bytes;
}

function numbers(...values: readonly (readonly [value: number, bytes: 1 | 2 | 4])[]): Uint8Array {
  const bytes = values.flatMap(([value, size]) =>
    Array.from({ length: size }, (_, i) => (value >>> (8 * (size - 1 - i))) & 0xff),
  );
  return Uint8Array.from(bytes);
}

export interface Frame {
  readonly png: Uint8Array;
  /** How long it stands, in milliseconds; at most 65535. */
  readonly ms: number;
}

/** For ever, or `plays` times. */
export function apng(frames: readonly Frame[], plays = 0): Uint8Array<ArrayBuffer> {
  const read = frames.map((frame) => ({ ms: frame.ms, chunks: chunksOf(frame.png) }));
  const head = read[0]?.chunks.find((c) => c.type === 'IHDR')?.data;
  if (!head) throw new Error('an animation needs a picture');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const out: Uint8Array[] = [
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', head),
    chunk('acTL', numbers([frames.length, 4], [plays, 4])),
  ];
  let sequence = 0;
  read.forEach(({ ms, chunks }, i) => {
    const other = chunks.find((c) => c.type === 'IHDR')?.data;
    if (!other?.every((byte, k) => byte === head[k])) throw new Error('pictures of several sizes');
    const control = numbers(
      ...([sequence++, width, height, 0, 0] as const).map((n) => [n, 4] as const),
      [Math.min(65535, Math.max(0, Math.round(ms))), 2],
      [1000, 2],
      [0, 1],
      [0, 1],
    );
    out.push(chunk('fcTL', control));
    for (const { type, data } of chunks)
      if (type === 'IDAT')
        out.push(i === 0 ? chunk('IDAT', data) : chunk('fdAT', numbers([sequence++, 4]), data));
  });
  out.push(chunk('IEND'));
  const bytes = new Uint8Array(out.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of out) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
