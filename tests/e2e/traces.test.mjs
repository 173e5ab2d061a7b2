// SPDX-License-Identifier: MIT
// A trace comes, its curves are drawn, a point of one opens the Lab at that policy and size with the same
// number of faults; the same for a string that is typed in; files; cancelling.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const BELADY = '1 2 3 4 1 2 5 1 2 3 4 5';
const STRING = `/string?s=${encodeURIComponent(BELADY)}`;

/** Pages of a program that goes round in loops of several lengths. */
function pagesTrace(count) {
  const pages = [];
  for (let i = 0; i < count; i++) {
    const loop = i % 3000 < 2000 ? i % 40 : 40 + (i % 90);
    pages.push(i % 5 === 0 ? `${loop}W` : loop);
  }
  return pages.join(' ');
}

const chart = (page) => page.locator('svg[role=application]');
const complete = (page) => page.getByText('complete').waitFor({ timeout: 60000 });
const readout = async (page) =>
  Object.fromEntries(
    await page
      .locator('.readout dl > div')
      .evaluateAll((all) =>
        all.map((line) => [
          line.querySelector('dt')?.textContent?.trim(),
          line.querySelector('dd')?.firstChild?.textContent,
        ]),
      ),
  );

test('a trace is uploaded, its curves drawn, and a point opens the Lab', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Recorded traces' }).waitFor();
    await page.locator('input[type=file]').setInputFiles({
      name: 'loops.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(pagesTrace(30000)),
    });
    await page.waitForURL(/\/trace\//);
    await page.getByRole('heading', { name: 'loops.txt' }).waitFor();
    assert.match(await page.locator('main dl').first().innerText(), /30,000/);
    await complete(page);
    // By keyboard to a point of LRU.
    await chart(page).focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 40 && !/^Open LRU/.test(await openText(page)); i++)
      await page.keyboard.press('ArrowUp');
    for (let i = 0; i < 40 && !/^Open LRU/.test(await openText(page)); i++)
      await page.keyboard.press('ArrowDown');
    for (let i = 0; i < 15; i++) await page.keyboard.press('ArrowRight');
    const [, policy, frames] = /^Open (.+) with (\d+) frames/.exec(await openText(page)) ?? [];
    assert.equal(policy, 'LRU');
    assert.equal(frames, '16');
    const faults = (await readout(page))['LRU'];
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/lab\?trace=.*policy=lru&frames=16/);
    await page.locator('[data-testid="narration"]').waitFor();
    assert.match(await page.locator('section.memory').textContent(), /16 frames/);
    await page.locator('section.policy').waitFor();

    // The table twin says the same.
    await page.goBack();
    await complete(page);
    await page.getByRole('button', { name: 'As a table' }).click();
    const head = await page.locator('thead th').allInnerTexts();
    const row = page.locator('tbody tr', { has: page.locator('th', { hasText: /^16$/ }) });
    const cells = await row.locator('th, td').allInnerTexts();
    assert.equal(cells[head.indexOf('LRU')], faults);
  });
});
const openText = async (page) => {
  const link = page.locator('.side a').first();
  return (await link.count()) > 0 ? link.innerText() : '';
};

test('a string that is typed in: Bélády’s anomaly, files, a click into the Lab', async () => {
  await vmscope.visit({ acceptDownloads: true }, async (page) => {
    await page.goto('/string');
    const field = page.getByLabel('Page numbers', { exact: true });
    await field.fill(BELADY);
    await page.getByRole('button', { name: 'Compute', exact: true }).click();
    await page.waitForURL(/\/string\?s=/);
    await complete(page);
    await chart(page).focus();
    await page.keyboard.press('Home');
    const seen = [];
    for (let i = 0; i < 5; i++) {
      seen.push(await readout(page));
      await page.keyboard.press('ArrowRight');
    }
    assert.deepEqual(
      seen.map((s) => s['FIFO']),
      ['12', '12', '9', '10', '5'],
    );
    assert.deepEqual(
      seen.map((s) => s['OPT']),
      ['12', '9', '7', '6', '5'],
    );
    const files = {};
    for (const kind of ['CSV', 'JSON', 'SVG', 'PNG']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: kind, exact: true }).click(),
      ]);
      files[kind] = await readFile(await download.path());
    }
    assert.match(files.CSV.toString(), /^policy,frames,faults,.*\n(.*\n)*fifo,4,10,/);
    const objects = JSON.parse(files.JSON.toString());
    const four = objects.find((o) => o.policy === 'fifo' && o.frames === 4);
    assert.equal(four.faults, 10);
    assert.match(files.SVG.toString(), /^<svg [\s\S]*FIFO[\s\S]*<\/svg>$/);
    assert.ok(!/class=|var\(/.test(files.SVG.toString()), 'it stands alone');
    assert.deepEqual([...files.PNG.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);

    // A click at three frames, low: OPT.
    const box = await chart(page).boundingBox();
    await page.mouse.click(box.x + box.width * 0.52, box.y + box.height * 0.55);
    await page.waitForURL(/\/lab\?draft.*frames=3/);
    await page.locator('[data-testid="narration"]').waitFor();
    assert.match(await page.locator('section.memory').textContent(), /3 frames/);
  });
});

test('a long computation tells how far it is and can be cancelled', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    await page.locator('input[type=file]').waitFor({ state: 'attached' });
    let random = 1;
    const pages = Array.from({ length: 1200000 }, () => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      return (random >>> 8) % 9000;
    });
    await page.locator('input[type=file]').setInputFiles({
      name: 'random.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(pages.join(' ')),
    });
    await page.waitForURL(/\/trace\//, { timeout: 60000 });
    const cancel = page.getByRole('button', { name: 'Cancel' });
    await cancel.waitFor();
    await page.getByRole('progressbar').waitFor();
    await cancel.click();
    await page.getByText('cancelled').waitFor();
    assert.equal(await cancel.count(), 0);
  });
});

test('the page of a trace fits a phone and has nothing serious for a screen reader', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit({ ...phone, bypassCSP: true }, async (page) => {
    await page.goto(STRING);
    await complete(page);
    await chart(page).tap();
    await page.getByRole('link', { name: /^Open .* in the Lab/ }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} px`);
  });
  for (const colorScheme of ['light', 'dark']) {
    await vmscope.visit({ colorScheme, bypassCSP: true }, async (page) => {
      for (const address of [STRING, '/lab?scenario=lib-replacement&policy=clock&view=policy&at=8']) {
        await page.goto(address);
        await page.locator('.panel').first().waitFor();
        if (address === STRING) await complete(page);
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
        assert.deepEqual(found, [], `${address} in ${colorScheme}`);
      }
    });
  }
});
