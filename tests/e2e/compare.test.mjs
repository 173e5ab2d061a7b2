// SPDX-License-Identifier: MIT
// Two runs of one string side by side: they move in step, the search goes where they part, and another
// policy or size is a choice away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab } from './lab.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const side = (policy, frames) =>
  new URLSearchParams({ scenario: 'lib-replacement', policy, frames }).toString();
const beside = (left, right) => `/compare?${new URLSearchParams({ left, right })}`;
const FIFO_LRU = beside(side('fifo', '3'), side('lru', '3'));
const said = (page) => page.locator('.side .said span').allInnerTexts();
const ready = (page) => page.locator('.side .said').nth(1).waitFor({ state: 'attached' });

test('FIFO and LRU on the textbook string: step by step to where they part', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto(FIFO_LRU);
    await ready(page);
    await page.getByRole('button', { name: 'Where do they first differ?' }).click();
    // 7 0 1 2 0 3: 7 has left. FIFO lets 0 go, which was just used; LRU 1.
    await page.locator('.side .differs').first().waitFor();
    assert.deepEqual(await said(page), [
      'Page 3: fault, page 0 leaves',
      'Page 3: fault, page 1 leaves',
    ]);
    const where = await page.locator('.where').innerText();
    // The step before they were still alike; by keyboard back and on, both at once.
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => !document.querySelector('.side .differs'));
    assert.deepEqual(await said(page), ['Page 0: no fault', 'Page 0: no fault']);
    await page.keyboard.press('n');
    await page.locator('.side .differs').first().waitFor();
    assert.equal(await page.locator('.where').innerText(), where);
    // The whole string: 15 and 12 faults.
    await page.keyboard.press('End');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.side .counts')].every((c) => /so far 1[25]/.test(c.textContent)),
    );
    const counts = await page.locator('.side .counts b:first-of-type').allInnerTexts();
    assert.deepEqual(counts, ['15', '12']);
    await page.keyboard.press('n');
    await page.getByText('From here on they never differ.').waitFor();
  });
});

test('the Lab leads there; another size is a choice away; the same run never differs', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/lab?scenario=lib-replacement&policy=clock&frames=3&view=policy&at=5');
    await page.getByRole('link', { name: /^Side by side/ }).click();
    await page.waitForURL(/\/compare\?/);
    await ready(page);
    const chosen = () => page.locator('.side select').evaluateAll((all) => all.map((s) => s.value));
    assert.deepEqual(await chosen(), ['clock', 'opt']);
    await page.getByLabel('Right, Policy').selectOption('clock');
    await page.waitForURL(/right=[^&]*clock/);
    await ready(page);
    assert.deepEqual(await chosen(), ['clock', 'clock']);
    await page.getByRole('button', { name: 'Where do they first differ?' }).click();
    await page.getByText('From here on they never differ.').waitFor();
    await page.getByLabel('Right, Frames').fill('4');
    await page.getByLabel('Right, Frames').blur();
    await page.waitForURL(/frames%3D4/);
    await ready(page);
    await page.getByRole('button', { name: 'Where do they first differ?' }).click();
    await page.locator('.side .differs').first().waitFor();
    const [left, right] = await said(page);
    assert.match(left, /fault, page 7 leaves/);
    assert.match(right, /: fault$/);
  });
});

test('two runs fit a phone, one at a time, and have nothing serious for a screen reader', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    await page.goto(FIFO_LRU);
    await ready(page);
    assert.equal(await page.locator('.side:visible').count(), 1);
    await page.getByRole('button', { name: 'Right', exact: true }).tap();
    assert.equal(await page.locator('.side:visible').getAttribute('aria-label'), 'Right');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} px`);
  });
  for (const colorScheme of ['light', 'dark']) {
    await vmscope.visit({ colorScheme, bypassCSP: true }, async (page) => {
      await page.goto(FIFO_LRU);
      await ready(page);
      await page.getByRole('button', { name: 'Where do they first differ?' }).click();
      await page.locator('.side .differs').first().waitFor();
      await page.addScriptTag({ path: axeFile() });
      const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document);
        return violations
          .filter((v) => v.impact === 'serious' || v.impact === 'critical')
          .flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.target} ${n.failureSummary}`));
      });
      assert.deepEqual(found, [], colorScheme);
    });
  }
});
