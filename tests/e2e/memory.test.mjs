// SPDX-License-Identifier: MIT
// Who maps a frame of the C library: asked by mouse, by keyboard, by touch. And the colours by kind and age.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const LIBRARY = '/s/lib-shared-library@4';
const frames = (page) => page.locator('.memory .grid .cells');
const detail = (page) => page.getByTestId('detail');

/** The middle of a frame's cell on screen; the grid is 16 wide. */
async function middleOf(page, frame) {
  const box = await frames(page).boundingBox();
  const pitch = box.width / 16;
  return [
    box.x + pitch * (frame % 16) + pitch * 0.4,
    box.y + pitch * Math.floor(frame / 16) + pitch * 0.4,
  ];
}

/** Goes over the frames with the keys until the card names the library. */
async function findByKeyboard(page) {
  await frames(page).focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 96; i++) {
    const said = (await detail(page).count()) > 0 ? await detail(page).innerText() : '';
    if (/libc/.test(said) && /mapped by 2 pages/.test(said))
      return Number(await frames(page).getAttribute('aria-valuenow'));
    await page.keyboard.press('ArrowRight');
  }
  throw new Error('no frame of the library is mapped twice');
}

async function namesBoth(page) {
  const lines = await detail(page).locator('li').allInnerTexts();
  assert.equal(lines.length, 2);
  assert.match(lines[0], /A\s*libc text/);
  assert.match(lines[1], /B\s*libc text/);
  assert.match(await detail(page).innerText(), /page 0 of \/lib\/libc\.so\.6/);
}

test('by keyboard: the cursor walks over the frames, Enter keeps one, a mapping leads to its page', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, LIBRARY);
    const frame = await findByKeyboard(page);
    await namesBoth(page);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Let go of it' }).waitFor({ state: 'hidden' });
    // Tab leaves the picture; what was chosen stays, and its first mapping is the next stop.
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Let go of it' }).waitFor();
    await namesBoth(page);
    await page.getByRole('button', { name: 'Let go of it' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.match(await page.locator('.translation').innerText(), /7f43e4d66|the page you selected/);
    assert.equal(await detail(page).locator('.head code').innerText(), `0x${frame.toString(16)}`);
  });
});

test('by mouse: pointing draws a line to each page on screen, and letting go takes them away', async () => {
  await vmscope.visit({ viewport: { width: 1440, height: 1300 } }, async (page) => {
    await openLab(page, LIBRARY);
    const frame = await findByKeyboard(page);
    await page.locator('h1, .brand').first().hover();
    await page.evaluate(() => document.activeElement?.blur());
    await detail(page).waitFor({ state: 'hidden' });
    await page.mouse.move(...(await middleOf(page, frame)));
    await namesBoth(page);
    await page.locator('.who .line').nth(1).waitFor({ state: 'attached' });
    assert.equal(await page.locator('.who .line').count(), 2);
    await page.mouse.move(700, 10);
    await detail(page).waitFor({ state: 'hidden' });
    assert.equal(await page.locator('.who .line').count(), 0);
    // A click keeps it; the cross lets go.
    await page.mouse.click(...(await middleOf(page, frame)));
    await page.mouse.move(700, 10);
    await namesBoth(page);
    await page.getByRole('button', { name: 'Let go of it' }).click();
    await detail(page).waitFor({ state: 'hidden' });
  });
});

test('by touch on a phone: a tap shows the details, a tap on a mapping selects its page', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    await openLab(page, LIBRARY);
    const frame = await findByKeyboard(page);
    await page.evaluate(() => document.activeElement?.blur());
    await detail(page).waitFor({ state: 'hidden' });
    await page.touchscreen.tap(...(await middleOf(page, frame)));
    await namesBoth(page);
    await detail(page).locator('li button').nth(1).tap();
    await namesBoth(page);
    for (const button of await detail(page).locator('button').all()) {
      const box = await button.boundingBox();
      assert.ok(box.height >= 44, `a target of ${box.height}`);
    }
  });
});

test('frames by kind and by age: the bar counts them, the cells follow', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, LIBRARY);
    const said = () => page.locator('.memory .usage').innerText();
    const drawn = (paint) => frames(page).locator(`path[fill="var(--${paint})"]`).count();
    await page.getByRole('button', { name: 'kind', exact: true }).click();
    assert.match(await said(), /file\s*1/);
    assert.equal(await drawn('kind-file'), 1);
    await page.getByRole('button', { name: 'age', exact: true }).click();
    assert.match(await said(), /reference bit: 1\s*1/);
    assert.equal(await drawn('age0'), 1);
    await page.getByRole('button', { name: 'owner', exact: true }).click();
    assert.match(await said(), /shared\s*1/);
    assert.equal(await drawn('age0'), 0);
  });
});

test('files: what is in memory, what is not yet written, and who maps a page of a file', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-clean-and-dirty@5?view=files');
    const files = page.locator('.panel.files');
    await files.waitFor();
    assert.match(
      await files.innerText(),
      /\/data\s*rw-r--r--, of 0:0\s*32 KiB\s*8 of 8 pages in memory, 4 not yet written/,
    );
    const cells = files.getByRole('slider', { name: '/data' });
    await cells.focus();
    await page.keyboard.press('End');
    const last = 'page 7 of /data, newer in memory than on disk';
    assert.ok((await cells.getAttribute('aria-valuetext')).startsWith(last));
    await page.keyboard.press('Home');
    const first = 'page 0 of /data, the same in memory and on disk';
    assert.ok((await cells.getAttribute('aria-valuetext')).startsWith(first));
    await page.keyboard.press('Enter');
    assert.match(await detail(page).innerText(), /page 0 of \/data[^]*mapped by 1 page/);
    await files.getByRole('button', { name: 'As a table' }).click();
    assert.equal(await files.locator('tbody tr').count(), 8);
    // A later step writes them back: nothing is older on disk then.
    await openLab(page, '/s/lib-clean-and-dirty@8?view=files');
    await files.waitFor();
    assert.doesNotMatch(await files.innerText(), /\d not yet written/);
  });
});

test('of 100,000 frames the keys lead to 256 and back, and the cursor stays on its frame', async () => {
  const text = [
    'vmscope 1',
    'machine x86-64 { frames 131072  tlb 16  policy clock }',
    'A = start empty',
    'A: heap = mmap(100000 pages, rw, private)',
    'A: store(heap, 100000 pages)',
  ].join('\n');
  await vmscope.visit({}, async (page) => {
    const reply = await page.request.post('/api/v1/scenarios', { data: { text } });
    const { id } = await reply.json();
    await openLab(page, `/s/${id}@3`);
    const grid = frames(page);
    await grid.locator('canvas').waitFor();
    const before = Number(await grid.getAttribute('aria-valuemax'));
    assert.equal(before, 131071);
    await grid.focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowDown');
    const on = await grid.getAttribute('aria-valuetext');
    await page.keyboard.press('+');
    assert.equal(Number(await grid.getAttribute('aria-valuemax')), 4095);
    assert.equal(await grid.getAttribute('aria-valuetext'), on);
    await page.keyboard.press('+');
    assert.equal(Number(await grid.getAttribute('aria-valuemax')), 255);
    assert.equal(await grid.getAttribute('aria-valuetext'), on);
    assert.equal(await grid.locator('canvas').count(), 0);
    await page.getByRole('button', { name: 'Further' }).click();
    await page.getByRole('button', { name: 'Further' }).click();
    assert.equal(Number(await grid.getAttribute('aria-valuemax')), before);
    // The wheel does the same where the pointer is.
    await grid.hover({ position: { x: 40, y: 40 } });
    await page.mouse.wheel(0, -120);
    await page.waitForFunction(
      () => document.querySelector('.memory .grid .cells')?.ariaValueMax === '4095',
    );
  });
});
