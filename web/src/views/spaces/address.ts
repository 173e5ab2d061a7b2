// SPDX-License-Identifier: MIT
// Addresses as a person writes and reads them, in hex or in decimal. Pure.
import { bytesText, hex, type Config } from '../../model/index.ts';
import { hasHole } from '../../narration/segment.ts';

/** Up to 20 digits are 64 bits. */
const HEX = /^(?:0x)?([0-9a-f]{1,16})$/i;
const DECIMAL = /^\d{1,20}$/;

export type Read =
  | { readonly kind: 'address'; readonly va: bigint }
  /** A number, but none that the processor takes. */
  | { readonly kind: 'refused'; readonly va: bigint }
  | { readonly kind: 'word'; readonly text: string };

/** "0x7fff…" is hex always; bare digits are what the switch says; anything else is a name. */
export function readAddress(text: string, config: Config, decimal: boolean): Read {
  const plain = text.trim().replace(/[,_\s]/g, '');
  const number =
    decimal && DECIMAL.test(plain)
      ? BigInt(plain)
      : HEX.test(plain)
        ? BigInt(`0x${plain.replace(/^0x/i, '')}`)
        : undefined;
  if (number === undefined) return { kind: 'word', text: text.trim() };
  return { kind: isCanonical(number, config) ? 'address' : 'refused', va: number };
}

/** The processor takes it: the bits above the highest used one repeat it, where there is a hole. */
export function isCanonical(va: bigint, { kind, vaBits }: Config): boolean {
  const bits = BigInt(vaBits);
  if (!hasHole(kind)) return va < 1n << bits;
  const top = va >> (bits - 1n);
  return top === 0n || top === (1n << (65n - bits)) - 1n;
}

/** The address where a page starts; pages of the kernel's half as the processor writes them. */
export function vaOf(vpn: number, { kind, pageShift, vaBits }: Config): bigint {
  const va = BigInt(Math.floor(vpn)) << BigInt(pageShift);
  const upper = hasHole(kind) && va >> BigInt(vaBits - 1) > 0n;
  return upper ? va + (1n << 64n) - (1n << BigInt(vaBits)) : va;
}

const grouped = (n: bigint): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ',');

export const addressText = (va: bigint, decimal: boolean): string =>
  decimal ? grouped(va) : hex(va);

/** As in /proc/PID/maps: hex without prefix. */
export const startText = (vpn: number, config: Config, decimal: boolean): string => {
  const va = vaOf(vpn, config);
  return decimal ? grouped(va) : va.toString(16);
};

/**
 * Beside a place of the picture, `step` pages from the next: in hex the digits that matter, in groups of
 * four, "…" for those that follow or go before; in decimal a size.
 */
export function tickText(vpn: number, step: number, config: Config, decimal: boolean): string {
  const va = vaOf(vpn, config);
  if (decimal) return bytesText(Number(va % (1n << BigInt(config.vaBits))));
  const digits = Math.max(4, Math.ceil(config.vaBits / 4));
  const text = va.toString(16).padStart(digits, '0');
  const bytes = step * 2 ** config.pageShift;
  const tail = Math.min(digits, Math.floor(Math.log2(bytes) / 4));
  if (text.length <= 8) return text;
  // Far apart: the first digits tell; close together: the last ones.
  if (tail > 4) return `${text.slice(0, Math.max(4, text.length - tail))}…`;
  return `…${text.slice(-7)}`;
}

/** Addresses at which lines of the scale stand: multiples of a power of two, at least `apart` pages. */
export function ticksOf(from: number, span: number, apart: number): { at: number; step: number }[] {
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(apart)));
  const list: { at: number; step: number }[] = [];
  for (let at = Math.ceil(from / step) * step; at <= from + span; at += step)
    list.push({ at, step });
  return list;
}
