// SPDX-License-Identifier: MIT
// Numbers with their units, short for ticks and exact for reading. Pure.
import { bytesText } from '../../model/names.ts';
import { exactNumber, shortNumber } from './scale.ts';

export interface Format {
  readonly short: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Ticks are at powers of it. */
  readonly base: 2 | 10;
}

const plain: Format = { short: shortNumber, exact: exactNumber, base: 10 };

function timeText(value: number): string {
  const steps = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ] as const;
  const [size, unit] = steps.find(([least]) => Math.abs(value) >= least) ?? [1, 'ns'];
  return `${Number((value / size).toPrecision(4))} ${unit}`;
}

export function formatOf(unit: string): Format {
  if (unit === 'bytes') {
    const text = (value: number) => (value < 0 ? `-${bytesText(-value)}` : bytesText(value));
    return { short: text, exact: text, base: 2 };
  }
  if (unit === 'ns') return { short: timeText, exact: timeText, base: 10 };
  return plain;
}
