// SPDX-License-Identifier: MIT
// Machines without pages and other page tables in the Lab: relocation, the free list, buddies, slabs, chains;
// with the keyboard, as tables, on a phone; and axe finds nothing serious.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, press, stepUntil } from './lab.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const lab = (id, at) => `/lab?scenario=lib-${id}&at=${at}`;
const options = (page, name) =>
  page.getByRole('listbox', { name }).getByRole('option');
const said = (list) => list.evaluateAll((all) =>
    all.map((o) => o.getAttribute('aria-label') ?? o.querySelector('.vh')?.textContent),
  );

test('a stack that grows down: bits, check, sum, and its place in memory', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('segmentation', 6));
    await stepUntil(page, /^The segment grows down/);
    const middle = page.locator('.cell.middle');
    await middle.getByText('base 0x7000').waitFor();
    const text = (await middle.innerText()).replace(/\s+/g, ' ');
    assert.match(text, /11 segment 3 110000000000 offset 0xc00/);
    assert.match(text, /1 KiB below the end ≤ bounds 2 KiB/);
    assert.match(text, /base 0x7000 − 1 KiB = 0x6c00/);
    assert.deepEqual(await said(options(page, 'Physical memory')), [
      '0x0: free, 26 KiB',
      '0x6800: stack, 2 KiB, A',
      '0x7000: free, 4 KiB',
      '0x8000: code, 2 KiB, A',
      '0x8800: heap, 3 KiB, A',
      '0x9400: free, 27 KiB',
    ]);
    // One Tab stop, arrows along the pieces; the Lab does not step meanwhile.
    const moment = await page.locator('.narration .no').innerText();
    await options(page, 'Physical memory').first().focus();
    await page.keyboard.press('ArrowDown');
    const focused = await page.evaluate(() => document.activeElement?.querySelector('.vh')?.textContent);
    assert.equal(focused, '0x6800: stack, 2 KiB, A');
    assert.equal(await page.locator('.narration .no').innerText(), moment);
    await page.locator('.cell.right').getByRole('button', { name: 'As a table' }).click();
    const rows = await page.locator('.cell.right tbody tr').allInnerTexts();
    assert.equal(rows.length, 6);
    assert.match(rows[1], /0x6800\s+2 KiB\s+stack\s+A\s+2 KiB/);
    // Back is the earlier state at once.
    await press(page, 'ArrowLeft');
    assert.match(await middle.innerText(), /…/);
  });
});

test('best fit looks at every hole and takes the smallest that fits', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('free-list', 10));
    await stepUntil(page, /takes the hole|best fit takes/i);
    const list = await said(options(page, 'Free list'));
    assert.equal(list.length, 4);
    assert.ok(list.every((hole) => /: (it fits|too small)/.test(hole)), list.join('\n'));
    assert.deepEqual(
      list.filter((hole) => /, taken/.test(hole)).map((hole) => hole.split(':')[0]),
      ['0x1a4, 80 B'],
    );
  });
});

test('buddies, slabs and chains are drawn as they are', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('buddy', 3));
    assert.deepEqual(await said(options(page, 'Buddies')), [
      '0x0, 64 KiB: split',
      '0x0, 32 KiB: split',
      '0x8000, 32 KiB: free',
      '0x0, 16 KiB: split',
      '0x4000, 16 KiB: free',
      '0x0, 8 KiB: in use',
      '0x2000, 8 KiB: in use',
    ]);
    await openLab(page, lab('slab', 8));
    const objects = await said(options(page, 'Slabs'));
    assert.equal(objects.length, 6);
    assert.ok(objects.every((o) => /in use$/.test(o)));
    await openLab(page, lab('inverted-table', 10));
    const chains = await said(options(page, 'Buckets and chains'));
    assert.equal(chains.length, 5);
    assert.equal(chains.filter((row) => /this is it$/.test(row)).length, 1);
  });
});

test('on a phone each panel has its tab, and nothing is wider than the screen', async () => {
  await vmscope.visit({ viewport: { width: 390, height: 844 } }, async (page) => {
    await openLab(page, lab('external-fragmentation', 9));
    const tabs = await page.locator('nav button').allInnerTexts();
    assert.ok(tabs.length >= 4);
    for (const tab of ['Spaces', 'Translate', 'Memory']) {
      await page.getByRole('button', { name: tab }).click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `${tab}: ${wide}`);
    }
  });
});

for (const theme of ['light', 'dark']) {
  test(`nothing serious or critical in ${theme}`, async () => {
    await vmscope.visit({ colorScheme: theme, bypassCSP: true }, async (page) => {
      for (const [id, at] of [['segmentation', 13], ['free-list', 11], ['slab', 10], ['hashed-table', 9]]) {
        await openLab(page, lab(id, at));
        await page.waitForTimeout(400);
        await page.addScriptTag({ path: axeFile() });
        const found = await page.evaluate(async () => {
          const { violations } = await window.axe.run(document);
          return violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .flatMap((v) =>
              v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.target} ${n.failureSummary}`),
            );
        });
        assert.deepEqual(found, [], `${id} in ${theme}`);
      }
    });
  });
}
