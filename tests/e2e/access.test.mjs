// SPDX-License-Identifier: MIT
// axe-core finds nothing on any page and in any view, in light, dark and high contrast, wide and on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, scenes } from './scenes.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const every = [
  ['light', { width: 1440, height: 900 }],
  ['dark', { width: 1440, height: 900 }],
  ['contrast', { width: 1440, height: 900 }],
  ['light', { width: 390, height: 844 }],
];
/** All of them with script/test --all; otherwise they go round. */
const kindsOf = (index) => (process.env.VMSCOPE_ALL ? every : [every[index % every.length]]);

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

for (const [index, scene] of scenes.entries()) {
  test(`axe finds nothing in ${scene.name} ${scene.address}`, async () => {
    const found = [];
    for (const [theme, viewport] of kindsOf(index)) {
      // The policy forbids scripts that the server did not send; the checker is one.
      await vmscope.visit({ viewport, bypassCSP: true }, async (page) => {
        await openScene(page, scene, `theme=${theme}`);
        await page.waitForTimeout(300);
        found.push(
          ...(await violations(page, exempt(scene.name))).map(
            (v) => `${theme} ${viewport.width}: ${v}`,
          ),
        );
      });
    }
    assert.deepEqual(found, []);
  });
}

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
