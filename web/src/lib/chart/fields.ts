// SPDX-License-Identifier: MIT
// Amounts over two axes whose places are those that occur: a map of references. Pure.
export interface Fields {
  /** Rising. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Of column x, row y at x * ys.length + y; 0: nothing. */
  readonly values: Float64Array;
  /** The row of the answer that says it, plus 1; 0: none. */
  readonly rows: Uint32Array;
  readonly most: number;
}
export interface FieldAt {
  readonly x: number;
  readonly y: number;
}

/** Opacities of a field's colour, from little to much. */
export const SHADES = [0.16, 0.28, 0.42, 0.58, 0.78, 1] as const;

/** Each shade is as many times the one before: what is seldom stays visible. -1: nothing. */
export function shadeOf(value: number, most: number): number {
  if (value <= 0) return -1;
  if (most <= 1) return SHADES.length - 1;
  return Math.min(
    SHADES.length - 1,
    Math.floor((Math.log(value) / Math.log(most)) * SHADES.length),
  );
}

export function fieldsOf(points: readonly (readonly [number, number, number])[]): Fields {
  const sorted = (of: 0 | 1) => [...new Set(points.map((p) => p[of]))].sort((a, b) => a - b);
  const [xs, ys] = [sorted(0), sorted(1)];
  const places = (values: readonly number[]) => new Map(values.map((v, i) => [v, i]));
  const [xAt, yAt] = [places(xs), places(ys)];
  const values = new Float64Array(xs.length * ys.length);
  const rows = new Uint32Array(values.length);
  let most = 0;
  points.forEach(([x, y, value], i) => {
    const at = (xAt.get(x) ?? 0) * ys.length + (yAt.get(y) ?? 0);
    values[at] = value;
    rows[at] = i + 1;
    most = Math.max(most, value);
  });
  return { xs, ys, values, rows, most };
}

export const placeIn = (fields: Fields, i: number): FieldAt => ({
  x: Math.floor(i / fields.ys.length),
  y: i % fields.ys.length,
});
export const fieldAt = (fields: Fields, { x, y }: FieldAt): number => x * fields.ys.length + y;

/** Where a shade begins, for the legend. */
export const shadeFrom = (shade: number, most: number): number =>
  Math.max(1, Math.ceil(most ** (shade / SHADES.length)));
