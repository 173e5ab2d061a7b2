// SPDX-License-Identifier: MIT
// Time: counters times prices and nothing else, as vm_clock_ns of the engine. Pure.
import type { Scene } from '../../model/index.ts';
import { costs } from '../../wire/generated.ts';

/** The row of the whole machine among the counters. */
const WHOLE = 0;

/** In picoseconds; undefined when nothing has a price. */
export function clockOf(scene: Scene): { run: number; step: number } | undefined {
  const { machine, step, micro } = scene;
  const priceOf = new Map<number, number>();
  costs.forEach(({ counter }, cost) => {
    const price = machine.rows.row('cost', cost)?.picoseconds ?? 0;
    if (price > 0) priceOf.set(counter, (priceOf.get(counter) ?? 0) + price);
  });
  if (priceOf.size === 0) return undefined;
  let [run, spent] = [0, 0];
  for (const [counter, price] of priceOf) run += machine.counter(WHOLE, counter) * price;
  for (const { changes } of (step?.micros ?? []).slice(0, micro)) {
    for (const change of changes) {
      if (change.event !== 'counter' || change.now.pid !== WHOLE) continue;
      const price = priceOf.get(change.now.counter) ?? 0;
      spent += (change.now.value - change.old.value) * price;
    }
  }
  return { run, step: spent };
}
