// SPDX-License-Identifier: MIT
// Rows of the table that tests/bench/main.c begins: ours against a peer or a limit, the median of
// alternating rounds, printed and appended to the same JSON file.
import { readFileSync, writeFileSync } from 'node:fs';

export const ROUNDS = 5;
const rows = [];

export const median = (numbers) => percentile(numbers, 0.5);
export function percentile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

const wide = (value) => value.toFixed(1).padStart(9);

/** More is better: the factor is ours / theirs. */
export function rate(name, unit, ours, peer, theirs) {
  row(name, unit, ours, peer, theirs, ours / theirs);
}
/** Less is better: the factor is limit / ours. */
export function atMost(name, unit, ours, limitName, limit) {
  row(name, unit, ours, limitName, limit, limit / ours);
}
function row(name, unit, ours, peer, theirs, factor) {
  rows.push({ name, unit, ours, peer, theirs, factor });
  const says = `${wide(ours)} ${unit.padEnd(8)} ${peer.padEnd(34)} ${wide(theirs)}`;
  console.log(`${name.padEnd(44)} ${says} ${factor.toFixed(2).padStart(8)}x`);
}

/** Adds the rows to those that are in the file. */
export function append(file) {
  const before = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify([...before, ...rows], null, 1)}\n`);
}
