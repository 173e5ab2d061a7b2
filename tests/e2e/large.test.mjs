// SPDX-License-Identifier: MIT
// Large runs: a trace of a hundred thousand references, and a process of a hundred thousand pages.
// The times are printed, not judged: the machine that runs this is anybody's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture, samePicture, sentence, stepOf } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const REFERENCES = 120000;

/** What valgrind's lackey writes, of a program that walks its arrays; the same at every run. */
function lackeyTrace(count) {
  const lines = ['==1== Lackey, an example Valgrind tool'];
  let random = 12345;
  for (let i = 0; i < count; i++) {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    const hot = random % 7 < 5;
    const page = hot ? random % 24 : 24 + (Math.floor(i / 300) % 400);
    const address = (0x4000000 + page * 4096 + ((random >>> 8) % 500) * 8).toString(16);
    const kind = ['I ', ' L', ' S', ' M', ' L'][random % 5];
    lines.push(`${kind} ${address.padStart(8, '0')},${kind === 'I ' ? 3 : 8}`);
  }
  return `${lines.join('\n')}\n`;
}

const moved = (page, old) =>
  page.waitForFunction(
    (was) => document.querySelector('.narration .no')?.textContent !== was,
    old,
  );
async function timed(what, t, work) {
  const start = performance.now();
  await work();
  t.diagnostic(`${what}: ${Math.round(performance.now() - start)} ms`);
}

test('a trace is uploaded, shown whole, and a jump to its middle paints', async (t) => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Recorded traces' }).waitFor();
    await timed('upload and open', t, async () => {
      await page.locator('input[type=file]').setInputFiles({
        name: 'walk.lackey',
        mimeType: 'text/plain',
        buffer: Buffer.from(lackeyTrace(REFERENCES)),
      });
      await page.waitForURL(/\/trace\//, { timeout: 60000 });
      await page.getByRole('link', { name: 'Open in the Lab', exact: true }).click();
      await page.locator('[data-testid="narration"]').waitFor({ timeout: 60000 });
    });
    const timeline = page.locator('.timeline canvas');
    const length = Number(await timeline.getAttribute('aria-valuemax'));
    assert.ok(length >= 100000, `${length} operations`);
    const box = await timeline.boundingBox();
    const at = await stepOf(page);
    await timed('jump to the middle', t, async () => {
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await moved(page, at);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done())));
    });
    const where = Number(await timeline.getAttribute('aria-valuenow'));
    assert.ok(where > length * 0.4 && where < length * 0.6, `${where} of ${length}`);
    const middle = await picture(page);
    const here = await stepOf(page);
    await page.keyboard.press('Shift+ArrowRight');
    await moved(page, here);
    const next = await stepOf(page);
    await page.keyboard.press('Shift+ArrowLeft');
    await moved(page, next);
    assert.equal(await stepOf(page), here);
    samePicture(await picture(page), middle, 'one operation on and back');
  });
});

test('a process of 100,000 pages forks, is sought and stepped back over', async (t) => {
  const text = `vmscope 1
title "A large process"
machine x86-64 { frames 262144  swap 16  tlb 64  policy clock }
A = start empty
A: heap = mmap(100000 pages, rw, private)
A: store(heap, 100000 pages)
A: B = fork()
expect frames(heap) = 100000
B: *heap = 7
expect fault cow
expect frames(heap) = 100001
`;
  await vmscope.visit({}, async (page) => {
    const response = await page.request.post('/api/v1/scenarios', { data: { text } });
    assert.ok(response.ok(), await response.text());
    const { id } = await response.json();
    await timed('open', t, async () => {
      await page.goto(`/s/${id}`);
      await page.locator('[data-testid="narration"]').waitFor({ timeout: 60000 });
    });
    const start = await stepOf(page);
    await timed('to the end', t, async () => {
      await page.keyboard.press('End');
      await moved(page, start);
    });
    assert.match(await page.locator('.spaces').first().innerText(), /100,000 resident/);
    const pictures = [{ at: await stepOf(page), picture: await picture(page) }];
    // Back over the write and over the fork.
    await timed('three operations back', t, async () => {
      for (let i = 0; i < 3; i++) {
        const old = await stepOf(page);
        await page.keyboard.press('Shift+ArrowLeft');
        await moved(page, old);
        pictures.push({ at: await stepOf(page), picture: await picture(page) });
      }
    });
    for (const earlier of pictures.slice(0, -1).reverse()) {
      const old = await stepOf(page);
      await page.keyboard.press('Shift+ArrowRight');
      await moved(page, old);
      assert.equal(await stepOf(page), earlier.at);
      samePicture(await picture(page), earlier.picture, earlier.at);
    }
    assert.ok((await sentence(page)).length > 10);
  });
});
