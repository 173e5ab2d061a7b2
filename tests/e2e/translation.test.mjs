// SPDX-License-Identifier: MIT
// Following a walk over four levels: by keyboard, by mouse, by touch. And an address that no walk translates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, press, sentence, stepUntil } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const WALK = '/s/lib-multi-level-walk';
const LEVEL = /^Level (\d): entry/;

/** Steps by `onward` through the next walk, and gathers the levels that the sentences name, in order. */
async function levelsOf(page, onward) {
  const levels = [];
  for (let i = 0; i < 120 && levels.at(-1) !== 1; i++) {
    const [, level] = LEVEL.exec(await sentence(page)) ?? [];
    if (level && levels.at(-1) !== Number(level)) levels.push(Number(level));
    await onward();
  }
  return levels;
}

/** The corners of the trail's lines, and the boxes that they should join. */
const trail = (page) =>
  page.evaluate(() => {
    const box = (name) => {
      const b = document.querySelector(`[data-anchor="${name}"]`)?.getBoundingClientRect();
      return b && { l: b.left, r: b.right, t: b.top, b: b.bottom };
    };
    const ends = [...document.querySelectorAll('.trail .line')].map((line) => {
      const [from, to] = [line.getPointAtLength(0), line.getPointAtLength(line.getTotalLength())];
      return { from: { x: from.x, y: from.y }, to: { x: to.x, y: to.y } };
    });
    return { ends, va: box('va'), bits: box('bits-4'), entry: box('entry'), pa: box('pa-label') };
  });

test('by keyboard: four levels are read in order, and one line joins page, address, levels, entry and frame', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, WALK);
    await page.waitForFunction(() => document.fonts.status === 'loaded');
    const levels = await levelsOf(page, () => press(page, 'ArrowRight'));
    assert.deepEqual(levels, [4, 3, 2, 1]);
    await stepUntil(page, /which is physical address/);
    await page.locator('.trail .line').nth(9).waitFor({ state: 'attached' });
    const { ends, va, bits, entry, pa } = await trail(page);
    const reaches = (box) =>
      ends.some(({ to }) => Math.abs(to.x - box.l) < 6 && to.y > box.t - 1 && to.y < box.b + 1);
    for (const [name, box] of Object.entries({ va, bits, entry, pa }))
      assert.ok(reaches(box), `no line reaches ${name}`);
  });
});

test('by mouse: a bit tells what it means, an entry and a TLB place select what they lead to', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-tlb@6');
    const meaning = page.locator('.pte .meaning');
    await page.locator('.pte th button', { hasText: /^D$/ }).hover();
    assert.match(await meaning.innerText(), /dirty/);
    await page.mouse.move(5, 5);
    assert.match(await meaning.innerText(), /Point at a bit/);
    const place = page.locator('.tlb .entries button').first();
    await place.click();
    assert.equal(await place.getAttribute('aria-pressed'), 'true');
    const frame = /(0x[0-9a-f]+)/.exec(await place.locator('b').innerText())?.[1];
    await page.mouse.move(5, 5);
    assert.equal(await page.locator('.detail .head code').innerText(), frame);
    await page.locator('.walk .hit button').last().click();
    assert.ok(
      (await page.locator('.tlb .linked').count()) + (await page.locator('.walk .linked').count()) >
        0,
    );
  });
});

test('by touch on a phone: the tables are one tab away, and buttons step through the walk', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    await openLab(page, WALK);
    await page.getByRole('button', { name: 'Translate' }).tap();
    const on = page.getByRole('button', { name: 'One step on' }).last();
    const levels = await levelsOf(page, async () => {
      const before = await page.locator('.narration .no').textContent();
      await on.tap();
      await page.waitForFunction(
        (old) => document.querySelector('.narration .no')?.textContent !== old,
        before,
      );
    });
    assert.deepEqual(levels, [4, 3, 2, 1]);
  });
});

test('an address that is not canonical has no walk: its bits say why', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-kernel-half@5');
    assert.equal(await page.locator('.translation .walk').count(), 0);
    assert.match(await page.locator('.translation .refused').innerText(), /bits 63 to 47\s*0{16}1/);
  });
});
