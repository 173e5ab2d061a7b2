// SPDX-License-Identifier: MIT
// axe-core finds nothing serious on any page, in light and in dark.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK } from './lab.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const pages = [
  ['/', '.card-item'],
  [`/s/${FORK}@6.9`, '[data-testid="narration"]'],
  [`/edit/${FORK}`, '.cm-line'],
  ['/new', 'main .open'],
  // What opens by a key: the list of what can be done, the editor's proposals.
  [`/s/${FORK}@6.9`, '[data-testid="narration"]', 'a', '.palette .offer'],
  [`/edit/${FORK}`, '.cm-line', 'Control+Space', '.cm-tooltip-autocomplete li'],
];

for (const theme of ['light', 'dark']) {
  test(`nothing serious or critical in ${theme}`, async () => {
    // The policy forbids scripts that the server did not send; the checker is one.
    await vmscope.visit({ colorScheme: theme, bypassCSP: true }, async (page) => {
      for (const [address, ready, key, opened] of pages) {
        await page.goto(address);
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(400);
        if (key) {
          if (key.includes('+')) {
            await page.locator('.cm-content').click();
            await page.keyboard.press('Control+End');
          }
          await page.keyboard.press(key);
          await page.locator(opened).first().waitFor();
        }
        await page.addScriptTag({ path: axeFile() });
        const found = await page.evaluate(async () => {
          const { violations } = await window.axe.run(document);
          return violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .flatMap((v) =>
              v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.target} ${n.failureSummary}`),
            );
        });
        assert.deepEqual(found, [], `${address} in ${theme}`);
      }
    });
  });
}
