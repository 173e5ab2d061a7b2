// SPDX-License-Identifier: MIT
// A long press by touch or pen, as it means a right click. What browsers make of it themselves afterwards
// (a menu, a click) is swallowed when the press was taken.
const LONG = 500; // ms
const STILL = 10; // px

type Taken = (target: EventTarget | null, x: number, y: number) => boolean;

export function pressed(root: Window, taken: Taken): () => void {
  let timer = 0;
  let from: { x: number; y: number } | undefined;
  let swallow = false;

  const stop = () => {
    clearTimeout(timer);
    from = undefined;
  };
  const down = (event: PointerEvent) => {
    stop();
    swallow = false;
    if (event.pointerType === 'mouse' || !event.isPrimary) return;
    const { clientX: x, clientY: y, target } = event;
    from = { x, y };
    timer = root.setTimeout(() => {
      swallow = taken(target, x, y);
      from = undefined;
    }, LONG);
  };
  const move = (event: PointerEvent) => {
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL) stop();
  };
  const swallowed = (event: Event) => {
    if (!swallow || !event.isTrusted) return;
    if (event.type === 'click') swallow = false;
    event.preventDefault();
    event.stopPropagation();
  };
  root.addEventListener('pointerdown', down);
  root.addEventListener('pointermove', move);
  for (const type of ['pointerup', 'pointercancel']) root.addEventListener(type, stop);
  for (const type of ['click', 'contextmenu']) root.addEventListener(type, swallowed, true);
  return () => {
    stop();
    root.removeEventListener('pointerdown', down);
    root.removeEventListener('pointermove', move);
    for (const type of ['pointerup', 'pointercancel']) root.removeEventListener(type, stop);
    for (const type of ['click', 'contextmenu']) root.removeEventListener(type, swallowed, true);
  };
}
