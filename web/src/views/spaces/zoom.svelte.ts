// SPDX-License-Identifier: MIT
// Where the zoom of one panel stands and how it gets elsewhere. Ranges are reached by a short movement
// over equal factors; with less motion, at once.
import type { Scene } from '../../model/index.ts';
import {
  between,
  groundOf,
  levelOf,
  panBy,
  spaceSpot,
  trailOf,
  zoomBy,
  zoomIn,
  zoomOut,
  type Aim,
  type Ground,
  type Level,
  type Range,
  type Spot,
} from './viewpoint.ts';

const MOVE_MS = 260;

export class Zoom {
  /** How the whole space is drawn. */
  overview = $state<'compressed' | 'scale'>('compressed');
  /** Undefined: the whole of the user's part. */
  private at = $state.raw<Spot>();
  /** While it moves: what is drawn. */
  private moving = $state.raw<Range>();
  private frame = 0;

  constructor(private readonly scene: () => Scene) {}

  readonly ground = $derived.by((): Ground => {
    const { machine, version } = this.scene();
    return groundOf(
      machine.config,
      version ? machine.processes().flatMap((p) => [...machine.vmas(p.pid)]) : [],
    );
  });
  readonly spot = $derived.by((): Spot => this.at ?? spaceSpot(this.ground));
  readonly level = $derived.by((): Level => levelOf(this.ground, this.spot));
  readonly trail = $derived.by(() => trailOf(this.ground, this.spot));
  /** The range on screen; undefined at a page and at an entry. */
  readonly range = $derived.by((): Range | undefined =>
    this.spot.kind === 'range' ? (this.moving ?? this.spot) : undefined,
  );
  readonly compressed = $derived.by(
    () => this.overview === 'compressed' && this.at === undefined && this.moving === undefined,
  );

  go(spot: Spot): void {
    const from = this.range;
    cancelAnimationFrame(this.frame);
    this.moving = undefined;
    const whole =
      levelOf(this.ground, spot) === 'space' && spot.kind === 'range' && spot.from === 0;
    this.at = whole ? undefined : spot;
    if (spot.kind === 'range' && from && !(whole && this.overview === 'compressed'))
      this.move(from, spot);
  }
  reset(): void {
    this.go(spaceSpot(this.ground));
  }
  in(aim: Aim): void {
    this.go(zoomIn(this.ground, this.spot, aim));
  }
  out(): void {
    this.go(zoomOut(this.ground, this.spot));
  }
  /** By hand: no movement of its own. */
  by(factor: number, at: number): void {
    if (this.spot.kind === 'range') this.set(zoomBy(this.ground, this.spot, factor, at));
  }
  pan(share: number): void {
    if (this.spot.kind === 'range') this.set(panBy(this.ground, this.spot, share));
  }
  private set(range: Range): void {
    cancelAnimationFrame(this.frame);
    this.moving = undefined;
    const spot: Spot = { kind: 'range', ...range };
    this.at = levelOf(this.ground, spot) === 'space' && range.from === 0 ? undefined : spot;
  }

  private move(from: Range, to: Range): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const start = performance.now();
    const next = (now: number) => {
      const t = Math.min(1, (now - start) / MOVE_MS);
      this.moving = t < 1 ? between(from, to, 1 - (1 - t) ** 3) : undefined;
      if (t < 1) this.frame = requestAnimationFrame(next);
    };
    this.moving = from;
    this.frame = requestAnimationFrame(next);
  }
}
