// SPDX-License-Identifier: MIT
// The panel scrolls by no more than it must, so that the page of this step stands in view.

/** Room that is kept round the page. */
const AROUND = 14;

/** How far to scroll from `[from, to]` so that `[start, end]` lies within; 0 when it does. */
export function nearest(start: number, end: number, from: number, to: number): number {
  if (start < from) return start - from;
  return end > to ? Math.min(end - to, start - from) : 0;
}

export function follow(box: HTMLElement): void {
  const page = box.querySelector('[data-anchor="page"]');
  const segment = page?.closest('.v');
  if (!page || !segment) return;
  const [own, whole, view] = [page, segment, box].map((e) => e.getBoundingClientRect());
  if (!own || !whole || !view || view.height === 0) return;
  // The heads of the columns lie over what scrolls below them.
  const heads = box.querySelector('.heads');
  const held = heads && getComputedStyle(heads).position === 'sticky' ? heads.clientHeight : 0;
  // The name of the mapping comes along where both fit.
  const top = whole.top > own.top - view.height / 2 ? whole.top : own.top;
  box.scrollTop += nearest(
    top - AROUND,
    Math.max(own.bottom, Math.min(whole.bottom, top + view.height / 2)) + AROUND,
    view.top + held,
    view.bottom,
  );
  // The whole column, with its head.
  box.scrollLeft += nearest(whole.left - AROUND, whole.right + AROUND, view.left, view.right);
}
