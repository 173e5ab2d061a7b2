// SPDX-License-Identifier: MIT
// Where labels beside a scale go: at their places, pushed apart where they would overlap. Pure.

/** `wanted` rises. The result rises too, at least `gap` apart and, if there is room, within [0, most]. */
export function apart(wanted: readonly number[], gap: number, most: number): number[] {
  const placed = wanted.map((at) => Math.max(0, at));
  for (let i = 1; i < placed.length; i++) {
    placed[i] = Math.max(placed[i] as number, (placed[i - 1] as number) + gap);
  }
  let limit = Math.max(most, (placed.length - 1) * gap);
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i] as number, limit);
    limit = (placed[i] as number) - gap;
  }
  return placed;
}
