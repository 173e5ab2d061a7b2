// SPDX-License-Identifier: MIT
// Where the keyboard is.

/** Puts the focus there; what comes back gives it to who had it before. For what opens beside the picture. */
export function takeFocus(to: HTMLElement | null | undefined): () => void {
  const before = document.activeElement;
  to?.focus();
  return () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}

const FRAMES = 120;
/** Puts the focus into a field that may be on its way: its view is read when it is first shown. */
export async function focusField(selector: string): Promise<void> {
  for (let i = 0; i < FRAMES; i++) {
    const field = document.querySelector<HTMLInputElement>(selector);
    // Without a box it cannot have the focus.
    if (field && field.getClientRects().length > 0) {
      field.focus();
      field.select();
      return;
    }
    await new Promise(requestAnimationFrame);
  }
}
