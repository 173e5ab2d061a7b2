// SPDX-License-Identifier: MIT
// Moving about in time: how a frame got here, the next of a kind, bookmarks, and what would happen if: by
// mouse, by keyboard alone, on a phone by touch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, stepOf } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const at = (op) => `/lab?scenario=${FORK}&at=${op}`;
const stands = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector('.narration .no')?.textContent.includes(wanted), text);
const alike = (page) => page.locator('.bar .sum').innerText();
/** The middle of a frame's cell on screen; the grid is 16 wide. */
async function middleOf(page, frame) {
  const box = await page.locator('.memory .grid .cells').boundingBox();
  const pitch = box.width / 16;
  return [box.x + pitch * ((frame % 16) + 0.4), box.y + pitch * (Math.floor(frame / 16) + 0.4)];
}
/** Both runs are there, and the line has run in the right one. */
const bothRun = (page) => page.locator('.bar .sum').waitFor();

test('the frame of the heap: every step that changed it, each a link; a branch, by mouse', async () => {
  await vmscope.visit({ viewport: { width: 1440, height: 900 } }, async (page) => {
    await openLab(page, at(8));
    await page.mouse.click(...(await middleOf(page, 0x14)));
    await page.getByRole('button', { name: /^How did frame 0x14 get here/ }).click();
    const items = page.locator('.sheet ol > li');
    await items.first().waitFor();
    const said = await items.allInnerTexts();
    assert.equal(said.length, 8);
    assert.match(said[0], /step 7[^]*now points at frame 0x14/);
    assert.match(said[3], /step 5[^]*share frame 0x14[^]*maps[^]*1 → 2/);
    await page.getByText('Before that nothing changed it.').waitFor();
    await items.nth(3).getByRole('button').click();
    await stands(page, 'step 5');
    assert.equal(await items.nth(3).locator('[aria-current="step"]').count(), 1);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    // The scenario asks a question after step 5; one micro-step on it is answered.
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowRight');

    await page.getByRole('button', { name: 'What would happen if…' }).click();
    await page.getByLabel('another operation came here').fill('A: *heap = 9');
    await page.getByRole('button', { name: 'Show both' }).first().click();
    await page.waitForURL(/\/compare\?/);
    await bothRun(page);
    assert.match(await alike(page), /1 page, 2 frames[^]*1 word/);
    await page.getByRole('button', { name: 'One step on' }).click();
    await page.locator('span.where', { hasText: 'step 6 of' }).waitFor();
  });
});

test('the next of a kind, bookmarks and a branch with another line, by keyboard alone', async () => {
  await vmscope.visit({ viewport: { width: 1440, height: 900 } }, async (page) => {
    await openLab(page, at(1));
    const kind = page.getByLabel('What to look for');
    await kind.focus();
    await page.keyboard.type('fork');
    assert.equal(await kind.inputValue(), 'fork');
    await page.keyboard.press('Tab');
    await page.keyboard.press('n');
    await stands(page, 'step 5');
    await page.keyboard.press('n');
    await page.getByText('There is none that way.').waitFor();
    // A bookmark of one's own stays over a reload.
    await page.keyboard.press('m');
    await page.getByRole('heading', { name: 'Bookmarks' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Name of the bookmark').waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.locator('.timeline').waitFor();
    await page.keyboard.press('Home');
    await stands(page, 'start');
    await page.keyboard.press(']');
    await page.waitForFunction(() => !document.querySelector('.narration .no').textContent.includes('start'));
    await page.keyboard.press('m');
    await page.getByLabel('Name of the bookmark').waitFor();
    await page.keyboard.press('Escape');

    await page.keyboard.press('w');
    await page.getByRole('heading', { name: 'What would happen if…' }).waitFor();
    await page.keyboard.press('Tab'); // the close button
    await page.keyboard.press('Tab');
    await page.keyboard.type('A: exit(0)');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/compare\?/);
    await bothRun(page);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('n');
    await page.locator('span.where').waitFor();
  });
});

test('on a phone: bookmarks and a branch with another policy, by touch', async () => {
  await vmscope.visit(phone, async (page) => {
    await openLab(page, at(7));
    await page.getByRole('button', { name: 'More tools' }).tap();
    await page.getByRole('menuitem', { name: 'Find, bookmarks, what if' }).tap();
    await page.getByRole('button', { name: 'Bookmarks' }).tap();
    await page.getByRole('button', { name: /^Bookmark this step/ }).tap();
    await page.getByLabel('Name of the bookmark').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).tap();
    await page.getByRole('button', { name: 'What would happen if…' }).tap();
    await page.getByRole('button', { name: 'Show both' }).nth(1).tap();
    await page.waitForURL(/\/compare\?/);
    await bothRun(page);
    assert.match(await alike(page), /alike/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} px`);
  });
});
