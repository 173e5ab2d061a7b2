// SPDX-License-Identifier: MIT
// Draws the lanes. All numbers are CSS pixels of the canvas; colours are read from the tokens, so that a
// theme needs no code.
import { ownerToken } from '../../model/index.ts';
import type { Lanes } from '../../wire/messages.ts';
import { bandsOf, heatOf, marksOf, showsMarks, ticksOf, tickText, type Range } from './buckets.ts';
import type { EventLane, LaneRow } from './rows.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Where the lanes begin, right of their labels. */
  readonly left: number;
  readonly right: number;
  /** Pixels of a rem: the projector's is larger. */
  readonly rem: number;
  readonly rows: readonly LaneRow[];
  readonly range: Range;
  readonly lanes: Lanes | undefined;
  /** Complete operations, with the share of the one in progress. */
  readonly head: number;
  /** Nothing right of the head: a question is open. */
  readonly hideFuture: boolean;
  readonly bookmarks: readonly { position: number; text: string }[];
  readonly phone: boolean;
  /** Who ran: the process's letter, and the thread's name when it has several. */
  readonly runner: (pid: number, tid: number) => string;
}

const axisHeight = (f: Pick<Frame, 'rem' | 'phone'>): number => (f.phone ? 12 : 15) * f.rem;

export const xOf = (f: Frame, op: number): number =>
  f.left +
  ((f.width - f.left - f.right) * (op - f.range.from)) / Math.max(1, f.range.to - f.range.from);

export function paint(
  ctx: CanvasRenderingContext2D,
  f: Frame,
  color: (token: string) => string,
): void {
  ctx.clearRect(0, 0, f.width, f.height);
  const top = axisHeight(f);
  const lane = (f.height - top) / f.rows.length;
  ctx.lineJoin = 'round';
  axis(ctx, f, color, top);
  f.rows.forEach((row, i) => {
    const y = top + lane * (i + 0.5);
    if (!f.phone) {
      ctx.fillStyle = color('--ink2');
      ctx.font = `${11.5 * f.rem}px ${color('--sans')}`;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      ctx.fillText(row.label, 0, y);
    }
    if (!f.lanes) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(f.left - 6, 0, f.width - f.left + 6, f.height);
    ctx.clip();
    if (row.cpu !== undefined) cpu(ctx, f, f.lanes, row.cpu, color, y, lane);
    for (const name of row.lanes) {
      events(ctx, f, f.lanes, name, color, y + apart(row, name) * lane, lane);
    }
    ctx.restore();
  });
  bookmarks(ctx, f, color, top);
  head(ctx, f, color, top);
}

/** A bar and marks that share a row stand apart in it: a share of its height. */
function apart(row: LaneRow, name: EventLane): number {
  if (!row.lanes.includes('disk') || row.lanes.length === 1) return 0;
  return name === 'disk' ? 0.28 : -0.14;
}

function axis(ctx: CanvasRenderingContext2D, f: Frame, color: (t: string) => string, top: number) {
  ctx.fillStyle = color('--sunk');
  ctx.beginPath();
  ctx.roundRect(f.left, top, f.width - f.left - f.right, f.height - top, 5);
  ctx.fill();
  if (f.phone) return;
  ctx.strokeStyle = color('--line');
  ctx.lineWidth = 1;
  ctx.font = `${11 * f.rem}px ${color('--mono')}`;
  ctx.textBaseline = 'alphabetic';
  const at = xOf(f, f.head);
  for (const tick of ticksOf(f.range, f.width - f.left, 90 * f.rem)) {
    const x = Math.round(xOf(f, tick)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, f.height);
    ctx.stroke();
    // Names of bookmarks stand right of their lines, where a number would be in the way.
    const hidden = f.bookmarks.some(({ position, text }) => {
      const from = xOf(f, position);
      return x > from - 14 * f.rem && x < from + (text.length * 6.5 + 8) * f.rem;
    });
    if (hidden || Math.abs(x - at) < 22 * f.rem) continue;
    ctx.fillStyle = color('--ink3');
    ctx.textAlign = tick === f.range.from ? 'left' : x > f.width - 30 ? 'right' : 'center';
    ctx.fillText(tickText(tick), x, 10.5 * f.rem);
  }
}

const dim = (f: Frame, op: number): number => (op > f.head ? (f.hideFuture ? 0 : 0.5) : 1);

function cpu(
  ctx: CanvasRenderingContext2D,
  f: Frame,
  lanes: Lanes,
  number: number,
  color: (t: string) => string,
  y: number,
  lane: number,
) {
  const half = Math.min(6 * f.rem, lane * 0.42);
  for (const band of bandsOf(lanes, lanes.cpus[number])) {
    const parts: [number, number][] =
      band.from < f.head && band.to > f.head
        ? [
            [band.from, f.head],
            [f.head, band.to],
          ]
        : [[band.from, band.to]];
    const owner = ownerToken(band.pid);
    for (const [from, to] of parts) {
      const a = xOf(f, from);
      const width = xOf(f, to) - a;
      const gap = width > 4 ? 0.6 : 0;
      ctx.globalAlpha = dim(f, (from + to) / 2);
      ctx.fillStyle = color(`--${owner}`);
      ctx.beginPath();
      ctx.roundRect(
        a + gap,
        y - half,
        Math.max(1, width - 2 * gap),
        2 * half,
        Math.min(2.5, width / 3),
      );
      ctx.fill();
      const name = f.runner(band.pid, band.tid);
      if (width > (10 + 8 * name.length) * f.rem && half > 4.5 * f.rem && to <= f.head) {
        ctx.fillStyle = color(`--on${owner}`);
        ctx.font = `700 ${11 * f.rem}px ${color('--sans')}`;
        ctx.textAlign = 'center';
        ctx.textBaseline = 'middle';
        ctx.fillText(name, a + width / 2, y + 0.5);
      }
      ctx.globalAlpha = 1;
    }
  }
}

function events(
  ctx: CanvasRenderingContext2D,
  f: Frame,
  lanes: Lanes,
  name: EventLane,
  color: (t: string) => string,
  y: number,
  lane: number,
) {
  const counts = lanes[name];
  const tint = color(name === 'evict' ? '--ink2' : name === 'disk' ? '--K' : '--fault');
  const each = (lanes.to - lanes.from) / Math.max(1, counts.length);
  if (name === 'disk' || !showsMarks(f.range, f.width - f.left)) {
    const half =
      name === 'disk' ? Math.min(3 * f.rem, lane * 0.18) : Math.min(5 * f.rem, lane * 0.4);
    heatOf(lanes, counts).forEach((heat, i) => {
      if (heat === 0) return;
      const a = xOf(f, lanes.from + i * each);
      const b = xOf(f, lanes.from + (i + 1) * each);
      ctx.globalAlpha = (name === 'disk' ? 1 : heat) * dim(f, lanes.from + (i + 0.5) * each);
      ctx.fillStyle = tint;
      ctx.fillRect(a, y - half, Math.max(1, b - a), 2 * half);
    });
    ctx.globalAlpha = 1;
    return;
  }
  for (const { op } of marksOf(lanes, counts)) {
    const x = xOf(f, op - 0.5);
    const now = op === Math.ceil(f.head) && f.head > op - 1;
    ctx.globalAlpha = now ? 1 : dim(f, op - 0.5);
    if (now) {
      ctx.fillStyle = color('--now');
      ctx.beginPath();
      ctx.arc(x, y, 7.4 * f.rem, 0, 7);
      ctx.fill();
    }
    mark(ctx, name, x, y, f.rem, tint, color('--panel'));
    ctx.globalAlpha = 1;
  }
}

/** minor ○, major ◆, copy-on-write ◪, evict ▲, signal ✕. */
function mark(
  ctx: CanvasRenderingContext2D,
  name: EventLane,
  x: number,
  y: number,
  rem: number,
  tint: string,
  ground: string,
) {
  const path = (...points: readonly [number, number][]) => {
    ctx.beginPath();
    points.forEach(([dx, dy], i) =>
      i ? ctx.lineTo(x + dx * rem, y + dy * rem) : ctx.moveTo(x + dx * rem, y + dy * rem),
    );
    ctx.closePath();
  };
  ctx.strokeStyle = tint;
  ctx.lineWidth = 1.4 * rem;
  ctx.fillStyle = tint;
  if (name === 'minor') {
    ctx.beginPath();
    ctx.arc(x, y, 2.9 * rem, 0, 7);
    ctx.fillStyle = ground;
    ctx.fill();
    ctx.stroke();
  } else if (name === 'major') {
    path([0, -4.6], [4.2, 0], [0, 4.6], [-4.2, 0]);
    ctx.fill();
  } else if (name === 'cow') {
    path([-4, -4], [4, -4], [4, 4], [-4, 4]);
    ctx.fillStyle = ground;
    ctx.fill();
    ctx.stroke();
    path([-4, 4], [4, -4], [4, 4]);
    ctx.fillStyle = tint;
    ctx.fill();
  } else if (name === 'evict') {
    path([0, -3.8], [3.8, 3.2], [-3.8, 3.2]);
    ctx.fill();
  } else {
    ctx.lineWidth = 2 * rem;
    for (const s of [1, -1]) {
      path([-3.5, -3.5 * s], [3.5, 3.5 * s]);
      ctx.stroke();
    }
  }
}

/** A dotted line, and its name as far as there is room before the next one or the head. */
function bookmarks(
  ctx: CanvasRenderingContext2D,
  f: Frame,
  color: (t: string) => string,
  top: number,
) {
  const shown = f.bookmarks
    .filter((b) => b.position >= f.range.from && b.position < f.range.to)
    .filter((b) => !f.hideFuture || b.position <= f.head)
    .map(({ position, text }) => ({ x: xOf(f, position), text }));
  const at = xOf(f, f.head);
  ctx.font = `600 ${11 * f.rem}px ${color('--sans')}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  shown.forEach(({ x, text }, i) => {
    ctx.strokeStyle = color('--ink2');
    ctx.lineWidth = 1;
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, f.height);
    ctx.stroke();
    ctx.setLineDash([]);
    const ends = [shown[i + 1]?.x ?? f.width - f.right, at > x + 4 ? at : Infinity];
    const room = Math.min(...ends) - x - 8 * f.rem;
    if (f.phone || Math.abs(x - at) < 12 * f.rem) return;
    ctx.fillStyle = color('--ink');
    ctx.fillText(fitted(ctx, text, room), x, 10.5 * f.rem);
  });
}

/** The text, or as much of it as fits with an ellipsis; nothing when that would be no word. */
function fitted(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text;
  for (let n = text.length - 1; n > 3; n--) {
    const cut = `${text.slice(0, n).trimEnd()}…`;
    if (ctx.measureText(cut).width <= room) return cut;
  }
  return '';
}

function head(ctx: CanvasRenderingContext2D, f: Frame, color: (t: string) => string, top: number) {
  const x = xOf(f, f.head);
  if (x < f.left - 1 || x > f.width) return;
  const z = f.rem;
  ctx.strokeStyle = color('--ink');
  ctx.lineWidth = 2 * z;
  ctx.beginPath();
  ctx.moveTo(x, top - 3);
  ctx.lineTo(x, f.height);
  ctx.stroke();
  ctx.fillStyle = color('--now');
  ctx.lineWidth = 1.5 * z;
  ctx.beginPath();
  if (f.phone) ctx.arc(x, 6, 5, 0, 7);
  else {
    ctx.moveTo(x - 6 * z, z);
    ctx.lineTo(x + 6 * z, z);
    ctx.lineTo(x + 6 * z, 8 * z);
    ctx.lineTo(x, 14 * z);
    ctx.lineTo(x - 6 * z, 8 * z);
    ctx.closePath();
  }
  ctx.fill();
  ctx.stroke();
}
