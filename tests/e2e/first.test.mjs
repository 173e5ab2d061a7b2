// SPDX-License-Identifier: MIT
// Who comes for the first time: two panels, one sentence, one button, and the rest when the run needs it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, press, sentence, stepOf, stepUntil } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const newcomer = { firstContact: true };

const panels = (page) =>
  page.locator('.stage > .cell section.panel').evaluateAll((all) =>
    all.filter((panel) => panel.getBoundingClientRect().width > 0).map((panel) => panel.getAttribute('aria-label')),
  );

test('from the home page to the copied page: what unfolds, and when', async () => {
  await vmscope.visit(newcomer, async (page) => {
    await page.goto('/');
    await page.getByRole('link', { name: 'Watch a page being copied' }).click();
    await page.locator('[data-testid="narration"]').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.cell section.panel').length === 2);
    assert.deepEqual(await panels(page), ['Address spaces', 'Physical memory']);
    assert.equal(await page.locator('.btn.filled:visible, .play:visible').count(), 1, 'one button');
    assert.equal(await page.getByText('Parent and child share their pages until one of them writes.').count(), 1);
    assert.equal(await page.locator('.timeline:visible').count(), 0);

    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(() => /step 1/.test(document.querySelector('.narration .no').textContent));
    await page.keyboard.press(' ');
    await page.locator('.time').waitFor();
    assert.deepEqual(await panels(page), ['Address spaces', 'Physical memory']);

    await stepUntil(page, /writes address/);
    await page.getByRole('region', { name: 'Translation' }).waitFor();
    await stepUntil(page, /kernel copies frame/);
    assert.match(await sentence(page), /wrote to a shared page, so the kernel copies frame 0x14/);
    await page.getByRole('button', { name: 'Why?' }).click();
    await page.locator('.reason').waitFor();
  });
});

test('playing stops where the scenario asks, and goes on when it is told to', async () => {
  await vmscope.visit(newcomer, async (page) => {
    await openLab(page, '/s/lib-fork-copy-on-write@4');
    await page.getByLabel('Speed').selectOption('4');
    await page.keyboard.press(' ');
    await page.locator('.note.ask, .question').first().waitFor({ timeout: 30000 });
    await page.waitForTimeout(700);
    const asked = await stepOf(page);
    assert.match(asked, /^step 5/);
    await page.keyboard.press(' ');
    await page.waitForFunction((old) => document.querySelector('.narration .no').textContent !== old, asked);
  });
});

test('who wants everything has it, also next time', async () => {
  await vmscope.visit(newcomer, async (page) => {
    await openLab(page, '/s/lib-fork-copy-on-write');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.getByRole('region', { name: 'Translation' }).waitFor();
    await page.locator('.time').waitFor();
    await page.goto('/');
    await openLab(page, '/s/lib-tlb');
    await page.getByRole('region', { name: 'Translation' }).waitFor();
  });
});

test('a view that nothing needs yet can be asked for', async () => {
  await vmscope.visit(newcomer, async (page) => {
    await openLab(page, '/s/lib-fork-copy-on-write@6.15');
    await page.locator('.cell.middle').getByRole('button', { name: 'More views' }).click();
    await page.getByRole('button', { name: 'Replacement' }).click();
    await page.getByRole('region', { name: 'Replacement' }).waitFor();
    await press(page, 'ArrowLeft');
    assert.equal(await page.getByRole('region', { name: 'Replacement' }).count(), 1, 'it stays');
  });
});
