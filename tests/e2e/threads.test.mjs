// SPDX-License-Identifier: MIT
// Threads, locks and races as a person sees them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, picture, press, samePicture, stepOf, stepUntil } from './lab.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();

const choose = (page, name) =>
  page.getByRole('group', { name: 'Panel in the middle' }).getByRole('button', { name }).click();
const blocks = (page) => page.locator('.tasks table').first().locator('tbody tr');

test('a thread is created: its control block, its stack and the guard below', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-thread-created@3');
    assert.equal(
      await page.getByRole('region', { name: 'Address spaces' }).getByText('stack T1').count(),
      0,
    );
    await press(page, 'Shift+ArrowRight');
    await choose(page, 'Threads');
    await blocks(page).first().waitFor();
    assert.equal(await blocks(page).count(), 2);
    const created = blocks(page).nth(1);
    assert.match(await created.innerText(), /T1/);
    await created.getByRole('button').click();
    assert.match(await page.locator('.tasks').innerText(), /runs worker/);
    const spaces = await page.getByRole('region', { name: 'Address spaces' }).innerText();
    assert.match(spaces, /stack T1/);
    assert.match(spaces, /guard/);
  });
});

test('a lost update, step by step: both lines of the race are shown', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-lost-update@9');
    await stepUntil(page, /data race/, 120);
    const lines = page.getByRole('list', { name: 'The two lines of the race' });
    const shown = await lines.getByRole('listitem').allInnerTexts();
    assert.equal(shown.length, 2);
    assert.match(shown.join(' '), /r = \*counter/);
    assert.match(shown.join(' '), /\*counter = r/);
    await page.getByRole('button', { name: 'Text' }).first().click();
    await page.keyboard.press('End');
    const held = page.locator('.cm-held');
    await held.first().waitFor();
    await page.getByText('did not hold').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.cm-failed').count(), 0);
  });
});

test('the circle of a deadlock closes, and opens when stepping back', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-dining-philosophers@23');
    await choose(page, 'Threads');
    const circle = page.getByRole('img', { name: /waits for mutex f/ });
    for (let i = 0; i < 20 && (await circle.count()) === 0; i++)
      await press(page, 'Shift+ArrowRight');
    assert.equal(await circle.locator('.arrow').count(), 5);
    await press(page, 'Shift+ArrowLeft');
    await press(page, 'Shift+ArrowLeft');
    assert.equal(await circle.count(), 0);
    await press(page, 'Shift+ArrowRight');
    await press(page, 'Shift+ArrowRight');
    assert.equal(await circle.count(), 1);
  });
});

test('stepping back over what threads do gives the same picture', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-mutex@4');
    await choose(page, 'Threads');
    const seen = [];
    for (let i = 0; i < 12; i++) {
      seen.push([await stepOf(page), await picture(page)]);
      await press(page, 'ArrowRight');
    }
    for (const [step, earlier] of seen.reverse()) {
      await press(page, 'ArrowLeft');
      assert.equal(await stepOf(page), step);
      samePicture(await picture(page), earlier, `stepped back to ${step}`);
    }
  });
});

test('the home page lists threads, locks and messages', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    for (const name of ['A thread is created', 'Race condition', 'A pipe: who waits for whom'])
      await page.getByRole('link', { name }).first().waitFor();
  });
});

test('on a phone and in two panels the threads are a tab', async () => {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1000, height: 800 },
  ]) {
    await vmscope.visit({ viewport }, async (page) => {
      await openLab(page, '/s/lib-thread-created@5');
      const tabs = page.getByRole('navigation', { name: 'Panels' });
      await tabs.getByRole('button', { name: 'Threads' }).click();
      const box = await page.getByRole('region', { name: 'Threads' }).boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= viewport.width);
    });
  }
});

test('nothing serious for a screen reader in the panel of threads', async () => {
  await vmscope.visit({ bypassCSP: true }, async (page) => {
    await openLab(page, '/s/lib-frames-of-calls@34');
    await choose(page, 'Threads');
    await page.addScriptTag({ path: axeFile() });
    for (const theme of ['light', 'dark', 'projector']) {
      await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
      await page.waitForTimeout(300);
      const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document.querySelector('.tasks'));
        return violations
          .filter((v) => v.impact === 'serious' || v.impact === 'critical')
          .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`));
      });
      assert.deepEqual(found, [], theme);
    }
  });
});
