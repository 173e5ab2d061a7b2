// SPDX-License-Identifier: MIT
// The address spaces as a person goes through them: from 128 TiB to one entry and back, by mouse, by keys
// and by touch; a thread's stack that overflows into its guard page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, sentence, stepUntil } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const CALLS = '/s/lib-frames-of-calls@40';

const spaces = (page) => page.getByRole('region', { name: 'Address spaces' });
const trail = (page) => page.getByRole('navigation', { name: 'Where the zoom stands' });
const here = (page) => trail(page).locator('[aria-current]').innerText();
const path = (page) => trail(page).getByRole('button').allInnerTexts();
const tool = (page, name) => spaces(page).getByRole('button', { name, exact: true });

/** Waits until the last crumb fits. */
async function reaches(page, pattern) {
  await page.waitForFunction(
    (source) =>
      new RegExp(source).test(
        document.querySelector('.spaces nav [aria-current]')?.textContent ?? '',
      ),
    pattern.source,
  );
}

test('by mouse: the wheel from 128 TiB to a table, a double click to the page, its entry, and back', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, CALLS);
    assert.equal(await here(page), '128 TiB');
    await tool(page, 'To scale').click();
    assert.match(await spaces(page).innerText(), /99\.9\d+ % empty/);
    assert.match(await spaces(page).innerText(), /kernel half/);
    assert.match(await spaces(page).innerText(), /non-canonical/);
    // Always towards the mapping of T1's stack, wherever it stands by now.
    const ring = spaces(page).locator('.ring, .cells [data-ring="now"]').first();
    for (let i = 0; i < 60 && !/table/.test(await here(page)); i++) {
      const box = await ring.boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.wheel(0, -300);
      await page.waitForTimeout(30);
    }
    assert.match(await here(page), /table$/);
    const cell = await ring.boundingBox();
    await page.mouse.dblclick(cell.x + cell.width / 2, cell.y + cell.height / 2);
    await reaches(page, /^page$/);
    const shown = await spaces(page).innerText();
    assert.match(shown, /0x7ffff7ff3000/);
    assert.match(shown, /stack T1/);
    assert.match(shown, /sum: return address/);
    assert.match(shown, /4,096 bytes of locals/);
    await tool(page, 'Its entry, bit by bit').click();
    await reaches(page, /^entry$/);
    const entry = await spaces(page).innerText();
    assert.match(entry, /frame 0x1d/);
    assert.match(entry, /present: the page is in a frame/);
    assert.match(entry, /What happened to this entry/);
    // Asked of the server: what happened long before is told too.
    await spaces(page).locator('.past button', { hasText: 'frame 0x1d' }).first().waitFor();
    assert.equal((await path(page)).length, 5);
    // A step of its history is a way there.
    await spaces(page).locator('.past button').last().click();
    await page.waitForFunction(
      () => !/^step 40/.test(document.querySelector('.narration .no')?.textContent ?? ''),
    );
    for (const left of [4, 3, 2, 1]) {
      await tool(page, 'Zoom out').click();
      assert.equal((await path(page)).length, left);
    }
    assert.equal(await here(page), '128 TiB');
  });
});

test('by keys alone: / and an address, then out and in again', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, CALLS);
    await page.keyboard.press('/');
    await page.keyboard.type('0x7ffff7ff3ee0');
    await page.keyboard.press('Enter');
    await reaches(page, /^page$/);
    assert.match(await spaces(page).innerText(), /argument n/);
    await page.keyboard.press('+');
    await reaches(page, /^entry$/);
    for (const [key, level] of [
      ['-', /^page$/],
      ['-', /^2 MiB table$/],
      ['-', /MiB$/],
      ['-', /^128 TiB$/],
      ['+', /MiB$/],
      ['+', /^2 MiB table$/],
      ['+', /^page$/],
      ['+', /^entry$/],
      ['0', /^128 TiB$/],
    ]) {
      await page.keyboard.press(key);
      await reaches(page, level);
    }
    assert.match(await sentence(page), /Frame|frame/, 'the run has not moved');
  });
});

test('the address field knows names, and says what it cannot find', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, CALLS);
    const field = spaces(page).getByRole('textbox');
    const go = async (text) => {
      await field.fill(text);
      await field.press('Enter');
    };
    await go('guard of T1');
    await reaches(page, /^page$/);
    assert.match(await spaces(page).innerText(), /0x7ffff7fe6000/);
    const said = spaces(page).getByRole('status');
    await go('0x1000');
    assert.match(await said.innerText(), /Nothing is mapped at 0x1000 in A/);
    await go('0x900000000000');
    assert.match(await said.innerText(), /not canonical/);
    await go('no such thing');
    assert.match(await said.innerText(), /no address and no mapping/);
    await tool(page, 'Addresses in decimal or hex: 0x').click();
    await go('stack T2');
    await reaches(page, /^page$/);
    assert.match(await spaces(page).innerText(), /140,737,353,965,568/);
  });
});

test('by touch on a phone: two fingers and buttons, down to the entry and back', async () => {
  await vmscope.visit(
    { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    async (page) => {
      await openLab(page, CALLS);
      await page
        .getByRole('navigation', { name: 'Panels' })
        .getByRole('button', { name: 'Spaces' })
        .tap();
      await tool(page, 'To scale').tap();
      const body = await spaces(page).locator('.body').boundingBox();
      const session = await page.context().newCDPSession(page);
      const touch = (type, apart) =>
        session.send('Input.dispatchTouchEvent', {
          type,
          touchPoints:
            type === 'touchEnd'
              ? []
              : [-1, 1].map((side, id) => ({
                  x: body.x + body.width / 2,
                  y: body.y + 40 + side * apart,
                  id,
                })),
        });
      await touch('touchStart', 20);
      for (let apart = 30; apart <= 120; apart += 10) await touch('touchMove', apart);
      await touch('touchEnd');
      await page.waitForFunction(
        () => document.querySelectorAll('.spaces nav li button').length > 1,
      );
      assert.notEqual(await here(page), '128 TiB');
      await trail(page).getByRole('button', { name: '128 TiB' }).tap();
      for (const level of [/MiB$/, /table$/, /^page$/, /^entry$/]) {
        await tool(page, 'Zoom in').tap();
        await reaches(page, level);
      }
      for (const level of [/^page$/, /table$/, /MiB$/, /^128 TiB$/]) {
        await tool(page, 'Zoom out').tap();
        await reaches(page, level);
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, 'nothing scrolls sideways');
    },
  );
});

test("a thread's stack overflows into its guard page", async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-frames-of-calls@70');
    await stepUntil(page, /SIGSEGV/, 120);
    // The ring of this step stands on the guard, right below the stack of T1.
    const guard = spaces(page).locator('.v.guard', { hasText: 'guard of T1' });
    assert.equal(await guard.locator('[data-anchor="page"]').count(), 1);
    const stack = spaces(page).locator('.v', { hasText: 'stack T1' });
    const [above, below] = [await stack.boundingBox(), await guard.boundingBox()];
    assert.ok(below.y >= above.y + above.height - 1);
    assert.match(await stack.innerText(), /calls: .*f, f/);
  });
});

test('the heap and the stack grow: before and after stand at the mapping', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-growth@4');
    for (let i = 0; i < 4 && !/3 → 4 pages/.test(await spaces(page).innerText()); i++)
      await page.keyboard.press('Shift+ArrowRight').then(() => page.waitForTimeout(200));
    assert.match(await spaces(page).innerText(), /3 → 4 pages/);
  });
});

test('cells bear a cursor, a selection is seen everywhere, and there is a table of it all', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, CALLS);
    await page.keyboard.press('/');
    await page.keyboard.type('stack T1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('-');
    await reaches(page, /table$/);
    const cells = spaces(page).getByRole('slider');
    await cells.focus();
    assert.match(await cells.getAttribute('aria-valuetext'), /page 0x7ffff7fe7/);
    await page.keyboard.press('ArrowRight');
    assert.match(await cells.getAttribute('aria-valuetext'), /page 0x7ffff7fe8/);
    await page.keyboard.press('0');
    await spaces(page).getByRole('button', { name: 'stack T1' }).click();
    assert.equal(await spaces(page).locator('.v.linked').count(), 1);
    assert.equal(await spaces(page).locator('.thread.linked').innerText(), 'T1');
    await tool(page, 'As a table').click();
    const table = spaces(page).getByRole('table');
    assert.equal(await table.getByRole('row', { name: /guard of T1/ }).count(), 1);
  });
});
