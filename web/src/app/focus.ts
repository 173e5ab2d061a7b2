// SPDX-License-Identifier: MIT
// Puts the focus into a field that may be on its way: its view is read when it is first shown.
const FRAMES = 120;

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
