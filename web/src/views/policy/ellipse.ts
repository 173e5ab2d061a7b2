// SPDX-License-Identifier: MIT
// Places at equal distances along an ellipse, clockwise from the top. Pure.
export interface Place {
  readonly x: number;
  readonly y: number;
}

const SAMPLES = 720;

export function ellipse(count: number, cx: number, cy: number, rx: number, ry: number): Place[] {
  const at = (i: number): Place => {
    const angle = (i / SAMPLES) * 2 * Math.PI;
    return { x: cx + rx * Math.sin(angle), y: cy - ry * Math.cos(angle) };
  };
  const lengths = [0];
  let last = at(0);
  for (let i = 1; i <= SAMPLES; i++) {
    const next = at(i);
    lengths.push((lengths[i - 1] ?? 0) + Math.hypot(next.x - last.x, next.y - last.y));
    last = next;
  }
  const whole = lengths[SAMPLES] ?? 0;
  const places: Place[] = [];
  let i = 0;
  for (let n = 0; n < count; n++) {
    while (i < SAMPLES && (lengths[i] ?? 0) < (n / count) * whole) i++;
    places.push(at(i));
  }
  return places;
}
