// SPDX-License-Identifier: MIT
// The one picture of a page or frame, as paths in a square of side s with its corner at 0,0. The same
// list of shapes feeds SVG and canvas, so that an object looks the same at every level of detail.

/** The colour slot of a process; X (grey) is the sixth and later, told apart by letters only. */
export type Owner = 'A' | 'B' | 'C' | 'D' | 'E' | 'X';

export type CellKind =
  | 'free'
  | 'kernel'
  /** The kernel's, with bytes on their way: a pipe's or a message queue's. */
  | 'buffer'
  | 'table'
  | 'file'
  | 'zero'
  /** Content that one or more processes map. */
  | 'page'
  /** Content that no process maps at the moment. */
  | 'orphan'
  /** A page that has a mapping and was never touched, or whose content is only in its file. */
  | 'untouched'
  | 'swap'
  /** A page that a device answers for: there is no frame. */
  | 'device'
  /** By what lies in a frame, whoever owns it. */
  | 'anon'
  | 'cached'
  | 'shmem'
  /** By how long ago it was used: 0 is the youngest. */
  | 'age0'
  | 'age1'
  | 'age2'
  | 'age3'
  | 'age4'
  /** A page without any rights, below a stack. */
  | 'guard'
  /** An address that nothing is mapped at. */
  | 'none';

export interface Cell {
  readonly kind: CellKind;
  readonly owners: readonly Owner[];
  readonly dirty: boolean;
  readonly referenced: boolean;
}

/** The name of a colour token without its dashes. */
export type Paint = string;

export type Shape =
  | {
      readonly kind: 'path';
      readonly d: string;
      readonly fill: Paint | undefined;
      readonly stroke: Paint | undefined;
      readonly width: number;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly fill: Paint;
      /** Round the letters, where they do not stand on one ground. */
      readonly rim?: Paint;
    };

/** Two cells with one key look the same. */
export function cellKey(cell: Cell): string {
  const marks = (cell.dirty ? 1 : 0) + (cell.referenced ? 2 : 0);
  return `${cell.kind}${marks}${cell.owners.join('')}`;
}

const n = (x: number): string => String(Math.round(x * 100) / 100);

function roundedRect(x: number, y: number, w: number, h: number, r: number): string {
  if (r <= 0) return `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`;
  const a = (dx: number, dy: number) => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
  return (
    `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}${a(r, r)}v${n(h - 2 * r)}${a(-r, r)}` +
    `h${n(2 * r - w)}${a(-r, -r)}v${n(2 * r - h)}${a(r, -r)}z`
  );
}

/** Diagonal lines over a square, `step` apart. */
export function hatch(s: number, step: number): string {
  let d = '';
  for (let k = step / 2; k < 2 * s; k += step) {
    d += `M${n(Math.max(0, k - s))} ${n(Math.min(k, s))}L${n(Math.min(k, s))} ${n(Math.max(0, k - s))}`;
  }
  return d;
}

const radiusOf = (s: number): number => (s > 14 ? 3 : s > 6 ? 2 : s > 3 ? 1 : 0);

const fill = (d: string, paint: Paint): Shape => ({
  kind: 'path',
  d,
  fill: paint,
  stroke: undefined,
  width: 0,
});
const line = (d: string, paint: Paint, width: number): Shape => ({
  kind: 'path',
  d,
  fill: undefined,
  stroke: paint,
  width,
});
const edged = (s: number, inside: Paint | undefined, edge: Paint): Shape => ({
  kind: 'path',
  d: roundedRect(0.5, 0.5, s - 1, s - 1, Math.max(0, radiusOf(s) - 0.5)),
  fill: inside,
  stroke: edge,
  width: 1,
});

function ownedShapes(s: number, owners: readonly Owner[]): Shape[] {
  const [a = 'X', b = 'X', c = 'X'] = owners;
  const r = radiusOf(s);
  const square = roundedRect(0, 0, s, s, r);
  if (owners.length === 1) return [edged(s, a, `${a}-edge`)];
  if (owners.length === 2) {
    const half =
      `M${n(s)} ${n(r)}V${n(s - r)}a${n(r)} ${n(r)} 0 0 1 ${n(-r)} ${n(r)}H${n(r * 0.3)}` +
      `L${n(s - r * 0.3)} ${n(r * 0.3)}z`;
    const cut = `M0 ${n(s)}L${n(s)} 0`;
    return [fill(square, a), fill(half, b), line(cut, 'panel', s > 14 ? 1.6 : 1.1)];
  }
  const t = s / 3;
  const left =
    `M${n(t)} 0H${n(r)}a${n(r)} ${n(r)} 0 0 0 ${n(-r)} ${n(r)}v${n(s - 2 * r)}` +
    `a${n(r)} ${n(r)} 0 0 0 ${n(r)} ${n(r)}h${n(t - r)}z`;
  const right =
    `M${n(2 * t)} 0h${n(t - r)}a${n(r)} ${n(r)} 0 0 1 ${n(r)} ${n(r)}v${n(s - 2 * r)}` +
    `a${n(r)} ${n(r)} 0 0 1 ${n(-r)} ${n(r)}h${n(r - t)}z`;
  const list = [
    fill(square, b),
    fill(left, a),
    fill(right, c),
    line(`M${n(t)} 0v${n(s)}M${n(2 * t)} 0v${n(s)}`, 'panel', s > 14 ? 1.2 : 0.8),
  ];
  if (owners.length > 3 && s > 14) {
    list.push(fill(roundedRect(s * 0.25, s * 0.2, s * 0.5, s * 0.6, 2), 'panel'));
    list.push({
      kind: 'text',
      text: String(owners.length),
      x: s / 2,
      y: s * 0.69,
      size: s * 0.52,
      fill: 'ink',
    });
  }
  return list;
}

function bodyShapes(cell: Cell, s: number): Shape[] {
  const r = radiusOf(s);
  const square = roundedRect(0, 0, s, s, r);
  const owner = cell.owners[0];
  switch (cell.kind) {
    case 'free':
      return [edged(s, undefined, 'line')];
    case 'untouched':
      return [edged(s, undefined, 'edge')];
    case 'kernel':
      return [fill(square, 'K-soft'), line(hatch(s, 5), 'line2', 1.3)];
    case 'buffer': {
      const arrow = `M${n(s * 0.25)} ${n(s * 0.5)}h${n(s * 0.5)}m${n(-s * 0.2)} ${n(-s * 0.2)}l${n(s * 0.2)} ${n(s * 0.2)}l${n(-s * 0.2)} ${n(s * 0.2)}`;
      return [fill(square, 'K-soft'), line(arrow, 'ink2', s > 14 ? 1.6 : 1.1)];
    }
    case 'orphan':
      return [edged(s, 'K-soft', 'edge')];
    case 'file': {
      const bars = `M${n(s * 0.3)} ${n(s * 0.38)}h${n(s * 0.4)}M${n(s * 0.3)} ${n(s * 0.62)}h${n(s * 0.4)}`;
      return [fill(square, 'file'), line(bars, 'ink3', s > 14 ? 1.4 : 1)];
    }
    case 'table': {
      let bars = '';
      for (let i = 0; i < 4; i++) {
        bars += `M${n(s * 0.2)} ${n(s * (0.18 + i * 0.18))}h${n(s * 0.6)}v${n(s * 0.1)}h${n(-s * 0.6)}z`;
      }
      return [fill(square, 'K-soft'), fill(bars, owner ? `${owner}-edge` : 'K')];
    }
    case 'zero': {
      const [rx, ry] = [s * 0.17, s * 0.26];
      const zero =
        `M${n(s / 2 - rx)} ${n(s / 2)}a${n(rx)} ${n(ry)} 0 1 0 ${n(2 * rx)} 0` +
        `a${n(rx)} ${n(ry)} 0 1 0 ${n(-2 * rx)} 0`;
      return [
        edged(s, 'K-soft', owner ? `${owner}-edge` : 'edge'),
        line(zero, owner ? `${owner}-edge` : 'ink3', s > 14 ? 1.5 : 1),
      ];
    }
    case 'swap': {
      const edge = owner ? `${owner}-edge` : 'ink3';
      const mark = `M${n(s * 0.27)} ${n(s * 0.37)}h${n(s * 0.46)}L${n(s * 0.5)} ${n(s * 0.72)}z`;
      return [edged(s, undefined, edge), fill(mark, edge)];
    }
    case 'device': {
      const chip = roundedRect(s * 0.3, s * 0.3, s * 0.4, s * 0.4, 0);
      const edge = owner ? `${owner}-edge` : 'ink3';
      return [edged(s, 'K-soft', edge), fill(chip, edge)];
    }
    case 'guard':
      return [
        fill(square, 'fault-soft'),
        line(hatch(s, Math.max(3, s / 3)), 'fault', s > 14 ? 1.6 : 1.2),
      ];
    case 'none':
      return [];
    case 'page':
      return ownedShapes(s, cell.owners);
    case 'anon':
      return [fill(square, 'kind-anon')];
    case 'cached': {
      const bars = `M${n(s * 0.3)} ${n(s * 0.38)}h${n(s * 0.4)}M${n(s * 0.3)} ${n(s * 0.62)}h${n(s * 0.4)}`;
      return [fill(square, 'kind-file'), line(bars, 'panel', s > 14 ? 1.6 : 1.1)];
    }
    case 'shmem': {
      const [q, t] = [s * 0.2, s * 0.38];
      const both = `M${n(q)} ${n(q)}h${n(t)}v${n(t)}h${n(-t)}zM${n(s - q - t)} ${n(s - q - t)}h${n(t)}v${n(t)}h${n(-t)}z`;
      return [fill(square, 'kind-shmem'), line(both, 'panel', s > 14 ? 1.4 : 1)];
    }
    case 'age0':
    case 'age1':
    case 'age2':
    case 'age3':
    case 'age4':
      return [edged(s, cell.kind, 'edge')];
  }
}

const made = new Map<string, readonly Shape[]>();

/** The shapes of a cell; one array for all cells that look the same. `letter` is drawn in the middle. */
export function cellShapes(cell: Cell, s: number, letter = ''): readonly Shape[] {
  const key = `${s} ${cellKey(cell)} ${letter}`;
  const known = made.get(key);
  if (known) return known;
  const list = bodyShapes(cell, s);
  const r = radiusOf(s);
  const owner = cell.owners[0];
  if (letter && owner && s >= 12) {
    const x = cell.owners.length === 1 ? s / 2 : s * 0.3;
    const y = cell.owners.length === 1 ? s * 0.7 : s * 0.52;
    const size = Math.min(s * 0.5, (s * 1.3) / letter.length);
    const at = { kind: 'text', text: letter, x, y: y - s * 0.04, size } as const;
    // On its owner's colour, or over whatever else the cell shows.
    if (cell.kind === 'page') list.push({ ...at, fill: `on${owner}` });
    else list.push({ ...at, fill: 'ink', rim: 'panel' });
  }
  if (cell.dirty && s > 8) {
    const q = Math.max(3.5, s * 0.375);
    const corner = `M${n(s - q)} 0h${n(q - r)}a${n(r)} ${n(r)} 0 0 1 ${n(r)} ${n(r)}V${n(q)}z`;
    list.push({ kind: 'path', d: corner, fill: 'ink', stroke: 'panel', width: s > 14 ? 1 : 0.6 });
  }
  if (cell.referenced && s > 8) {
    const [c, q] = s > 14 ? [5, 2.6] : [s * 0.28, s * 0.17];
    const dot = `M${n(c - q)} ${n(s - c)}a${n(q)} ${n(q)} 0 1 0 ${n(2 * q)} 0a${n(q)} ${n(q)} 0 1 0 ${n(-2 * q)} 0z`;
    list.push({ kind: 'path', d: dot, fill: 'panel', stroke: 'ink', width: s > 14 ? 1.2 : 0.8 });
  }
  made.set(key, list);
  return list;
}

/** The amber ring of this step: an ink outline below, the colour above. */
export function ringPath(s: number): string {
  return roundedRect(-2.5, -2.5, s + 5, s + 5, s > 14 ? 5.5 : 4);
}

/** The one colour of a cell that is too small for marks. */
export function dotPaint(cell: Cell, at = 0): Paint {
  const owner = cell.owners[at % cell.owners.length];
  switch (cell.kind) {
    case 'page':
      return owner ?? 'X';
    case 'table':
      return owner ? `${owner}-edge` : 'K';
    case 'kernel':
    case 'buffer':
      return 'K';
    case 'file':
      return 'line2';
    case 'zero':
    case 'orphan':
    case 'device':
      return 'edge';
    case 'swap':
      return owner ? `${owner}-soft` : 'K-soft';
    case 'untouched':
      return 'sunk';
    case 'guard':
      return 'fault';
    case 'none':
      return 'panel';
    case 'free':
      return 'free';
    case 'anon':
    case 'shmem':
      return `kind-${cell.kind}`;
    case 'cached':
      return 'kind-file';
    default:
      return cell.kind;
  }
}

/** Four corners round the cell at a place: it may be chosen. Neither a ring nor a colour. */
export function cornersAt(
  { x, y }: { readonly x: number; readonly y: number },
  size: number,
): string {
  const k = Math.min(6, Math.max(2.5, Math.round(size * 0.56) / 2)) + 1;
  const [a, b, c, d] = [x - 1, y - 1, x + size + 1, y + size + 1];
  return (
    `M${a} ${b + k}V${b}H${a + k}M${c - k} ${b}H${c}V${b + k}` +
    `M${c} ${d - k}V${d}H${c - k}M${a + k} ${d}H${a}V${d - k}`
  );
}
