// SPDX-License-Identifier: MIT
// One Tab stop for the cells inside an element; arrows move between them.
import { moveCursor } from '../../lib/draw/detail.ts';

const cellsOf = (root: HTMLElement) => [...root.querySelectorAll<HTMLElement>('[data-cell]')];

export function roving(root: HTMLElement) {
  let cursor = 0;
  const mark = () => {
    const cells = cellsOf(root);
    cursor = Math.min(cursor, Math.max(0, cells.length - 1));
    cells.forEach((cell, i) => (cell.tabIndex = i === cursor ? 0 : -1));
  };
  const keydown = (event: KeyboardEvent) => {
    const cells = cellsOf(root);
    const next = moveCursor(event.key, cursor, cells.length, 1);
    if (next === undefined) return;
    event.preventDefault();
    cursor = next;
    mark();
    cells[next]?.focus();
  };
  const focusin = (event: FocusEvent) => {
    const at = cellsOf(root).indexOf(event.target as HTMLElement);
    if (at < 0) return;
    cursor = at;
    mark();
  };
  const seen = new MutationObserver(mark);
  seen.observe(root, { childList: true, subtree: true });
  root.addEventListener('keydown', keydown);
  root.addEventListener('focusin', focusin);
  mark();
  return {
    destroy: () => {
      seen.disconnect();
      root.removeEventListener('keydown', keydown);
      root.removeEventListener('focusin', focusin);
    },
  };
}
