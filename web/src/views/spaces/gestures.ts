// SPDX-License-Identifier: MIT
// Wheel, drag and two fingers on a picture of addresses, as zooming and panning. `y` is a share of the
// node's height, from its top.
export interface Gestures {
  /** Above 1: larger. `on`: what is under the pointer, or between the fingers. */
  zoom(factor: number, y: number, on: EventTarget | null): void;
  /** By a share of the height; positive: the picture moves down. */
  pan(share: number): void;
  /** Does the wheel zoom without Ctrl? */
  plainWheel(): boolean;
}

/** Of a wheel's 100 units. */
const PER_NOTCH = 1.6;
const SLOP = 5;

export function gestures(node: HTMLElement, given: Gestures) {
  let handlers = given;
  const fingers = new Map<number, PointerEvent>();
  let dragged = false;

  const share = (clientY: number) => {
    const box = node.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientY - box.top) / Math.max(1, box.height)));
  };
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !handlers.plainWheel()) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 300 : 1;
    // A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
    const delta = event.deltaY * unit * (event.ctrlKey && Math.abs(event.deltaY) < 50 ? 4 : 1);
    if (event.shiftKey) handlers.pan(-delta / 600);
    else handlers.zoom(PER_NOTCH ** (-delta / 100), share(event.clientY), event.target);
  };
  const down = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    fingers.set(event.pointerId, event);
    dragged = false;
  };
  const distance = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [height, apart] = [node.clientHeight || 1, distance()];
    const by = event.clientY - before.clientY;
    if (fingers.size === 1 && !dragged && Math.abs(by) < SLOP) return;
    if (!dragged) {
      dragged = true;
      for (const id of fingers.keys()) node.setPointerCapture(id);
    }
    fingers.set(event.pointerId, event);
    if (fingers.size === 1) handlers.pan(by / height);
    else {
      const [a, b] = [...fingers.values()];
      if (!a || !b || apart === 0) return;
      handlers.pan(by / 2 / height);
      handlers.zoom(distance() / apart, share((a.clientY + b.clientY) / 2), event.target);
    }
  };
  const up = (event: PointerEvent) => fingers.delete(event.pointerId);
  // The click that ends a drag is none.
  const click = (event: MouseEvent) => {
    if (!dragged) return;
    event.stopPropagation();
    event.preventDefault();
    dragged = false;
  };
  node.addEventListener('wheel', wheel, { passive: false });
  node.addEventListener('pointerdown', down);
  node.addEventListener('pointermove', move);
  node.addEventListener('pointerup', up);
  node.addEventListener('pointercancel', up);
  node.addEventListener('lostpointercapture', up);
  node.addEventListener('click', click, true);
  return {
    update: (next: Gestures) => (handlers = next),
    destroy: () => {
      node.removeEventListener('wheel', wheel);
      node.removeEventListener('pointerdown', down);
      node.removeEventListener('pointermove', move);
      node.removeEventListener('pointerup', up);
      node.removeEventListener('pointercancel', up);
      node.removeEventListener('lostpointercapture', up);
      node.removeEventListener('click', click, true);
    },
  };
}
