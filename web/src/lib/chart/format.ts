// SPDX-License-Identifier: MIT
// Numbers with their units, short for ticks and exact for reading. Pure.
import { bytesText, inTimeUnits } from '../../model/names.ts';
import { exactNumber, shortNumber } from './scale.ts';

export interface Format {
  readonly short: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Ticks are at powers of it. */
  readonly base: 2 | 10;
}

const plain: Format = { short: shortNumber, exact: exactNumber, base: 10 };

/** Four digits that count, without zeros behind: neighbouring ticks differ by little. */
function time(nanoseconds: number): string {
  const [value, unit] = inTimeUnits(nanoseconds);
  return `${Number(value.toPrecision(4))} ${unit}`;
}

export function formatOf(unit: string): Format {
  if (unit === 'bytes') return { short: bytesText, exact: bytesText, base: 2 };
  if (unit === 'ns') return { short: time, exact: time, base: 10 };
  return plain;
}
