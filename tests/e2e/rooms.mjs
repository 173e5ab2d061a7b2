// SPDX-License-Identifier: MIT
// What the tests of rooms wait for, and connections that can be cut.
import assert from 'node:assert/strict';
import { sentence, stepOf } from './lab.mjs';

/** Waits until a page is where the host is. */
export async function arrives(page, host, what) {
  const [step, text] = [await stepOf(host), await sentence(host)];
  try {
    await page.waitForFunction(
      ([no, said]) =>
        document.querySelector('.narration .no')?.innerText === no &&
        document.querySelector('[data-testid="narration"]')?.innerText === said,
      [step, text],
      { timeout: 8000 },
    );
  } catch {
    assert.fail(`${what}: the host is at ${step}, the page at ${await stepOf(page)}`);
  }
}
export const count = (page, n) =>
  page.locator('[data-testid="here"]', { hasText: `${n} here` }).waitFor({ timeout: 8000 });
export const said = (page, text) => page.locator('.bar [role="status"]', { hasText: text }).waitFor();

/** Connections of a page that can be cut. */
export async function cuttable(page) {
  const line = { cut: false, sockets: new Set() };
  await page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
    if (line.cut) {
      void socket.close({ code: 1001 });
      return;
    }
    const server = socket.connectToServer();
    line.sockets.add({ socket, server });
  });
  return {
    cut() {
      line.cut = true;
      for (const { socket, server } of line.sockets) {
        void socket.close({ code: 1001 });
        void server.close({ code: 1000 });
      }
      line.sockets.clear();
    },
    mend: () => (line.cut = false),
  };
}
