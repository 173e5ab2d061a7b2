// SPDX-License-Identifier: MIT
// What can wait until the picture that is being made is on the screen.
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}
