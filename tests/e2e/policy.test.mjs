// SPDX-License-Identifier: MIT
// A policy's choice followed by hand: CLOCK on the textbook string with its hand and bits, OPT with its
// next uses; by keyboard and as a table too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, press, stepUntil } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const TEXTBOOK = '/lab?scenario=lib-replacement&view=policy';

/** The nodes as they are read aloud, clockwise from the top or from the head of a list. */
const nodes = (page) =>
  page
    .locator('.policy ol button .vh')
    .evaluateAll((all) => all.map((node) => node.textContent));
const looks = (page) => page.locator('.policy .looks li').allInnerTexts();

test('CLOCK on the textbook string: hand and bits, step by step', async () => {
  await vmscope.visit({}, async (page) => {
    // 7 0 1 fill the frames; 2 is the first that needs a victim.
    await openLab(page, `${TEXTBOOK}&policy=clock&at=5`);
    await page.locator('.policy .circle').waitFor();
    assert.deepEqual(await nodes(page), [
      'frame 0x0, page 7 of A, reference bit 1, hand here',
      'frame 0x1, page 0 of A, reference bit 1',
      'frame 0x2, page 1 of A, reference bit 1',
    ]);
    await stepUntil(page, /takes it/);
    const seen = (await looks(page)).map((text) => text.replace(/\s+/g, ' '));
    assert.deepEqual(seen, [
      '1 7 frame 0x0 reference bit 1 clears its bit and spares it',
      '2 0 frame 0x1 reference bit 1 clears its bit and spares it',
      '3 1 frame 0x2 reference bit 1 clears its bit and spares it',
      '4 7 frame 0x0 reference bit 0 takes it',
    ]);
    await press(page, 'Shift+ArrowRight');
    await press(page, 'Home');
    assert.ok((await nodes(page)).every((text) => /^frame 0x\d, free/.test(text)));

    await openLab(page, `${TEXTBOOK}&policy=clock&at=6`);
    await page.locator('.policy .circle').waitFor();
    assert.deepEqual(await nodes(page), [
      'frame 0x0, page 2 of A, reference bit 1',
      'frame 0x1, page 0 of A, reference bit 0, hand here',
      'frame 0x2, page 1 of A, reference bit 0',
    ]);
    // One Tab stop, arrows along the nodes.
    await page.locator('.policy ol button').first().focus();
    await page.keyboard.press('ArrowRight');
    const focused = await page.evaluate(() => document.activeElement?.querySelector('.vh')?.textContent);
    assert.match(focused ?? '', /^frame 0x1/);
    // The same as a table.
    await page.locator('.policy').getByRole('button', { name: 'As a table' }).click();
    const rows = await page.locator('.policy tbody tr').allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split(/\t/).slice(1).map((cell) => cell.trim())),
      [
        ['2', '0x0', '1'],
        ['0', '0x1', '0'],
        ['1', '0x2', '0'],
      ],
    );
  });
});

test('OPT shows the next uses, LRU the order of last use', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, `${TEXTBOOK}&policy=opt&at=5`);
    await page.locator('.policy ol button').first().waitFor();
    const pages = (all) => all.map((text) => /page (\d+)/.exec(text)?.[1]);
    // 7 is used again last (18th), then 1 (14th), then 0 (5th).
    assert.deepEqual(pages(await nodes(page)), ['7', '1', '0']);
    await openLab(page, `${TEXTBOOK}&policy=lru&at=6`);
    await page.locator('.policy ol button').first().waitFor();
    assert.deepEqual(pages(await nodes(page)), ['0', '1', '2']);
  });
});

test('ARC: four lists and p, followed to the hit of a ghost that moves p', async () => {
  await vmscope.visit({}, async (page) => {
    // 1 2 are used twice, so T2 has them; 3 and 4 pass through T1; 3 comes back from B1 and p learns.
    const text = `vmscope 1\ntitle "ARC"\nmachine paper { frames 3  policy arc }\nA = start empty\nA: refs 1 1 2 2 3 4 5 3\n`;
    await page.goto('/');
    await page.evaluate((draft) => sessionStorage.setItem('vmscope.draft', draft), text);
    const groups = () =>
      page.locator('.policy .group').evaluateAll((all) =>
        Object.fromEntries(
          all.map((group) => [
            group.querySelector('h3').textContent.trim().split(':')[0],
            [...group.querySelectorAll('ol button .vh')].map(
              (node) => /page (\d+)/.exec(node.textContent)?.[1],
            ),
          ]),
        ),
      );
    const p = () =>
      page
        .locator('.policy dl div', { hasText: 'p, its whole part' })
        .locator('dd')
        .innerText();
    const at = async (op) => {
      await page.goto(`/lab?draft&view=policy&at=${op}`);
      await page.locator('.policy .group').first().waitFor();
      return { ...(await groups()), p: await p() };
    };
    // Two operations make the process and its pages.
    assert.deepEqual(await at(9), { T1: ['5'], T2: ['2', '1'], B1: ['4', '3'], B2: [], p: '0' });
    assert.deepEqual(await at(10), { T1: ['5'], T2: ['3', '2'], B1: ['4'], B2: ['1'], p: '1' });
  });
});
