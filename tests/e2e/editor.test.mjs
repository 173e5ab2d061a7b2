// SPDX-License-Identifier: MIT
// Writing a scenario: a mistake is told where it is, a fixed text is saved, and found again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentence } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();

test('a mistake is located; the fixed text is saved, reloaded, found on the home page and run', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    await page.getByRole('link', { name: 'New scenario' }).click();
    await page.getByRole('button', { name: 'Write the text: An empty machine' }).click();
    const text = page.locator('.cm-content');
    await text.click();
    // Inserted whole: typing would be indented and completed.
    const write = async (lines) => {
      // Emptied first: over a selection Chromium's own editing tries to keep its style.
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.keyboard.insertText(lines.join('\n'));
    };
    const lines = [
      'vmscope 1',
      'title "A journey of one page"',
      'machine x86-64 { frames 64  swap 16  tlb 8  policy clock }',
      'A = start empty',
      'A: heap = mmap(4 pages, rw, private)',
    ];
    await write([...lines, 'A: stoer(heap, 2 pages)']);
    const problems = page.getByRole('region', { name: 'Problems' });
    // What the list held before stays until the check has answered.
    const first = problems.locator('li', { hasText: '6:4' }).first();
    await first.waitFor();
    assert.match(await first.innerText(), /store/, 'it says what may have been meant');
    await page.locator('.cm-lintRange-error').first().waitFor();

    await write([...lines, 'A: store(heap, 2 pages)', 'expect frames(heap) = 2', '']);
    await problems.getByText('No problems.').waitFor();
    await problems.getByText('1 / 1').waitFor();
    // What a word means comes by key too, and goes by one.
    await page.keyboard.press('Control+Home');
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+i');
    await page.locator('.cm-explained', { hasText: 'the kind of machine' }).waitFor();
    assert.equal(await page.locator('.cm-explained').count(), 1);
    await page.keyboard.press('Escape');
    await page.locator('.cm-explained').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save', exact: false }).click();
    await page.waitForURL(/\/edit\/.+/);
    await page.reload();
    await page.locator('.cm-line', { hasText: 'A journey of one page' }).waitFor();
    assert.match(await text.innerText(), /store\(heap, 2 pages\)/);

    await page.goto('/');
    await page.getByRole('searchbox').fill('journey');
    const card = page.getByRole('link', { name: 'A journey of one page', exact: true });
    await card.click();
    await page.locator('[data-testid="narration"]').waitFor();
    await page.keyboard.press('End');
    await page.waitForFunction(
      () => document.querySelector('.narration .no')?.textContent !== 'start',
    );
    assert.ok((await sentence(page)).length > 10);
  });
});

test('by touch: a word that is tapped is explained', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    await page.goto('/edit/lib-fork-copy-on-write');
    const line = page.locator('.cm-line', { hasText: /^title / });
    await line.tap({ position: { x: 24, y: 8 } });
    await page.locator('.cm-explained', { hasText: 'what the scenario is called' }).waitFor();
    assert.equal(await page.locator('.cm-explained').count(), 1);
    await page.getByText('Tap a word: it is explained.').waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  });
});
