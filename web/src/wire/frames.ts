// SPDX-License-Identifier: MIT
// Binary frames: u8 version, u8 kind, u8 last, LEB128 request id, payload.
import { Reader } from './leb.ts';

export const FRAME_STATE = 1;
export const FRAME_STEPS = 2;

export interface Frame {
  readonly kind: number;
  readonly last: boolean;
  readonly request: number;
  readonly payload: Uint8Array;
}

/** Throws on a frame of another version. */
export function readFrame(bytes: Uint8Array): Frame {
  const [version, kind, last] = bytes;
  if (version !== 1) throw new Error(`frame version ${version}: reload the page`);
  const reader = new Reader(bytes, 3);
  const request = reader.num();
  return { kind: kind ?? 0, last: last === 1, request, payload: bytes.subarray(reader.at) };
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
