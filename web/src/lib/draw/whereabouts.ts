// SPDX-License-Identifier: MIT
// Where things are on screen. Whoever draws cells says how to find them; whoever draws lines asks. It works
// at every level of detail, for a cell on a canvas has no element of its own.
import type { Thing } from '../../model/index.ts';

/** Boxes in the window's coordinates: of the thing, and of the panel that it stands in. */
export interface Spot {
  readonly box: DOMRect;
  readonly panel: DOMRect;
}
/** Undefined: it is not drawn here, or is scrolled out of its panel. */
export type Finder = (thing: Thing) => Spot | undefined;

const finders = new Set<Finder>();

/** Returns the way to stop. */
export function whereabouts(finder: Finder): () => void {
  finders.add(finder);
  return () => finders.delete(finder);
}

/** The first place that shows it. */
export function findOnScreen(thing: Thing): Spot | undefined {
  for (const finder of finders) {
    const spot = finder(thing);
    if (spot) return spot;
  }
  return undefined;
}

/** Calls back whenever things may stand elsewhere, at most once a frame. Returns the way to stop. */
export function onMoves(moved: () => void): () => void {
  let wanted = 0;
  const later = () => {
    cancelAnimationFrame(wanted);
    wanted = requestAnimationFrame(moved);
  };
  later();
  const watch = new ResizeObserver(later);
  watch.observe(document.body);
  // A message above or a note below moves the panels without a new scene.
  for (const panel of document.querySelectorAll('.panel')) watch.observe(panel);
  // Whatever a click has changed on screen has moved by the next frame.
  addEventListener('click', later);
  addEventListener('scroll', later, { capture: true, passive: true });
  void document.fonts.ready.then(later);
  return () => {
    cancelAnimationFrame(wanted);
    watch.disconnect();
    removeEventListener('click', later);
    removeEventListener('scroll', later, { capture: true });
  };
}
