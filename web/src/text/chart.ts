// SPDX-License-Identifier: MIT
// What a chart says by itself.
import { texts } from './texts.ts';
export const words = texts({
  chart: 'chart',
  keys: 'Arrows move along a line and between lines, Enter opens.',
  empty: 'No values yet.',
  mapKeys: 'Arrows move from field to field.',
  at: (series: string, x: string, y: string) => `${series}: ${x}, ${y}`,
});
