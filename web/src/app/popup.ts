// SPDX-License-Identifier: MIT
// A list that a button opens stands right behind it in the page and is there while it is open. Escape gives the
// focus back to the button, the arrows, Home and End go along what is visible, and whoever goes elsewhere
// closes it.
interface Popup {
  close: () => void;
  /** The keyboard comes in at once: a menu, not a choice that only unfolds. */
  enter?: boolean;
}

export function popup(list: HTMLElement, { close, enter = false }: Popup) {
  const button = list.previousElementSibling as HTMLElement;
  const items = () =>
    [...list.querySelectorAll<HTMLElement>('button')].filter((item) => item.offsetParent !== null);
  const inside = (target: EventTarget | null) =>
    target instanceof Node && (list.contains(target) || button.contains(target));

  function keydown(event: KeyboardEvent) {
    const all = items();
    const here = all.findIndex((item) => item === document.activeElement);
    const to = {
      ArrowDown: here + 1,
      ArrowUp: (here < 0 ? 0 : here) + all.length - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (event.key === 'Escape') {
      close();
      button.focus();
    } else if (to !== undefined) all[to % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function focusout({ relatedTarget }: FocusEvent) {
    if (relatedTarget && !inside(relatedTarget)) close();
  }
  /** Not everything that is clicked takes the focus. */
  function pointerdown({ target }: PointerEvent) {
    if (!inside(target)) close();
  }

  const control = new AbortController();
  const { signal } = control;
  for (const part of [button, list]) {
    part.addEventListener('keydown', keydown, { signal });
    part.addEventListener('focusout', focusout, { signal });
  }
  window.addEventListener('pointerdown', pointerdown, { signal, capture: true });
  if (enter) items()[0]?.focus();
  return { destroy: () => control.abort() };
}
