// SPDX-License-Identifier: MIT
// axe-core finds nothing on any page and in any view, in light, dark and high contrast, wide and on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, scenes, tour } from './scenes.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const every = [
  ['light', { width: 1440, height: 900 }],
  ['dark', { width: 1440, height: 900 }],
  ['contrast', { width: 1440, height: 900 }],
  ['light', { width: 390, height: 844 }],
];
/** All of them with script/test --all; otherwise they go round. */
const scenesOf = (kind) =>
  scenes.filter((_, i) => process.env.VMSCOPE_ALL || i % every.length === kind);

/** Two runs side by side show the same views twice, each within its named side. */
const exempt = (name) => (name === 'compare' ? ['landmark-unique'] : []);

async function violations(page, without = []) {
  await page.addScriptTag({ path: axeFile() });
  return page.evaluate(async (off) => {
    const rules = Object.fromEntries(off.map((id) => [id, { enabled: false }]));
    const found = await window.axe.run(document, { rules });
    return found.violations.flatMap((v) =>
      v.nodes.slice(0, 3).map((n) => `${v.impact} ${v.id}: ${n.target} ${n.failureSummary}`),
    );
  }, without);
}

every.forEach(([theme, viewport], kind) => {
  test(`axe finds nothing in ${theme}, ${viewport.width} wide`, async (t) => {
    // The policy forbids scripts that the server did not send; the checker is one: tour() bypasses it.
    const options = { list: scenesOf(kind), query: `theme=${theme}`, viewport };
    await tour(t, vmscope, options, async (page, { name }) => {
      await page.waitForTimeout(300);
      assert.deepEqual(await violations(page, exempt(name)), []);
    });
  });
});

// What opens by a key: the list of what can be done, the editor's proposals.
for (const [name, key, opened] of [
  ['why', 'a', '.palette .offer'],
  ['edit', 'Control+Space', '.cm-tooltip-autocomplete li'],
])
  test(`axe finds nothing in what ${key} opens in ${name}`, async () => {
    await vmscope.visit({ bypassCSP: true }, async (page) => {
      await openScene(
        page,
        scenes.find((s) => s.name === name),
      );
      if (name === 'edit') {
        await page.locator('.cm-content').click();
        await page.keyboard.press('Control+End');
      }
      await page.keyboard.press(key);
      await page.locator(opened).first().waitFor();
      assert.deepEqual(await violations(page), []);
    });
  });

test('axe finds a seeded fault', async () => {
  await vmscope.visit({ bypassCSP: true }, async (page) => {
    await openScene(page, scenes[0]);
    await page.evaluate(() =>
      document.querySelector('h1').insertAdjacentHTML('afterend', '<img src="data:," />'),
    );
    assert.match((await violations(page)).join('\n'), /image-alt/);
  });
});
