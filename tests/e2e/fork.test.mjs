// SPDX-License-Identifier: MIT
// The main job: open "Fork and copy-on-write", play it, see the copy, step back to exactly what was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, picture, samePicture, sentence, stepOf, stepUntil } from './lab.mjs';
import { house } from './support.mjs';

const COPY = /copies frame/;
const vmscope = house();

test('from the home page to the copy of a copy-on-write fault', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    await page.getByRole('link', { name: 'Fork and copy-on-write', exact: false }).first().click();
    await page.getByRole('button', { name: 'Play' }).first().click();
    // It moves by itself; the step that copies is then looked up by hand.
    await page.waitForFunction(
      () => document.querySelector('.narration .no')?.textContent !== 'start',
    );
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.keyboard.press('Home');
    await page.waitForFunction(
      () => document.querySelector('.narration .no')?.textContent === 'start',
    );
    await stepUntil(page, COPY);
    const said = await sentence(page);
    const [, from, to] = /frame (0x[0-9a-f]+|\d+)\D+?(0x[0-9a-f]+|\d+)/.exec(said) ?? [];
    assert.ok(from && to && from !== to, said);

    // The ring lies on the frame that is copied and on the copy.
    const frames = page.locator('.memory .grid');
    const rings = await frames.locator('path[stroke="var(--now)"]').count();
    assert.equal(rings, 2);
    const card = page.locator('.memory .card');
    const rows = await card.locator('tbody th').allInnerTexts();
    assert.deepEqual(new Set(rows), new Set([from, to].map((f) => f.trim())));
    assert.match(await card.innerText(), /4 KiB copied/);

    // The entry stands there as it is and as this operation leaves it.
    const whens = (await page.locator('.pte tbody th').allInnerTexts()).join(' ');
    assert.match(whens, /before|now/);
    assert.match(whens, /next/);
    // The picture of README.md is taken here: VMSCOPE_PICTURE=docs/images/lab.png
    if (process.env.VMSCOPE_PICTURE) {
      await page.evaluate(() => document.activeElement?.blur());
      await page.screenshot({ path: process.env.VMSCOPE_PICTURE });
    }
  });
});

test('a step back from any point gives exactly the earlier picture, and so does a jump', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, `/s/${FORK}`);
    const seen = [];
    for (;;) {
      seen.push({ step: await stepOf(page), picture: await picture(page) });
      if (await page.getByRole('button', { name: 'One step on' }).first().isDisabled()) break;
      const at = await stepOf(page);
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        (old) => document.querySelector('.narration .no')?.textContent !== old,
        at,
      );
    }
    assert.ok(seen.length > 30, `only ${seen.length} moments`);
    for (let i = seen.length - 2; i >= 0; i--) {
      const at = await stepOf(page);
      await page.keyboard.press('ArrowLeft');
      await page.waitForFunction(
        (old) => document.querySelector('.narration .no')?.textContent !== old,
        at,
      );
      assert.equal(await stepOf(page), seen[i].step);
      if (i % 5 === 0 || i < 5) {
        samePicture(await picture(page), seen[i].picture, `stepped back to ${seen[i].step}`);
      }
    }
    for (const i of [7, Math.floor(seen.length / 2), seen.length - 3]) {
      const [, op, micro, of] = /step (\d+)(?: · (\d+)\/(\d+))?/.exec(seen[i].step) ?? [];
      const where = micro && micro !== of ? `${op}.${micro}` : op;
      await openLab(page, `/s/${FORK}@${where}`);
      assert.equal(await stepOf(page), seen[i].step);
      samePicture(await picture(page), seen[i].picture, `jumped to ${where}`);
    }
  });
});
