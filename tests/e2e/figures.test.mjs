// SPDX-License-Identifier: MIT
// The run in figures and in Linux's own words: charts, system calls, vmstat, reasons; and pictures of all
// that as files. By mouse, by keyboard, and on a phone.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { FORK, openLab, press, stepOf } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const lab = (view, at, scenario = FORK) => `/lab?scenario=${scenario}&view=${view}&at=${at}`;
/** VMSCOPE_SHOTS names a folder for what is saved. */
async function kept(name, bytes) {
  if (process.env.VMSCOPE_SHOTS) await writeFile(`${process.env.VMSCOPE_SHOTS}/${name}`, bytes);
}
async function openPictures(page) {
  await page.locator('header.top .menu > button').click();
  await page.getByRole('menuitem', { name: 'Picture' }).click();
  await page.getByRole('dialog').waitFor();
}
async function saved(page, button) {
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60000 }),
    page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click(),
  ]);
  const bytes = await readFile(await download.path());
  await kept(download.suggestedFilename(), bytes);
  return bytes;
}

test('charts tell each moment, and a click or a key goes there', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('charts', 7));
    const slider = page.locator('.charts [role=slider]');
    await slider.waitFor();
    const text = () => slider.getAttribute('aria-valuetext');
    await slider.focus();
    assert.match(await text(), /operation 7:.*Resident pages, A: 2/);
    // The first write after the fork: one copy.
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() =>
      /operation 6: Page faults, minor: 0; Page faults, copy on write: 1/.test(
        document.querySelector('.charts [role=slider]').getAttribute('aria-valuetext'),
      ),
    );
    assert.match(await stepOf(page), /^step 7\b/);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      /step 6\b/.test(document.querySelector('.narration .no').textContent),
    );
    // In the middle of the axis lies the middle of the run.
    const box = await slider.boundingBox();
    await page.mouse.click(box.x + box.width * 0.3, box.y + 60);
    await page.waitForFunction(() =>
      /step 3\b/.test(document.querySelector('.narration .no').textContent),
    );
    await page.locator('.charts').getByRole('button', { name: 'Show as a table' }).click();
    const row = await page.locator('.charts tr.now').innerText();
    assert.match(row.replace(/\s+/g, ' '), /^3 2 0/);
  });
});

test('system calls as strace prints them, up to this moment', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('calls', 4, 'lib-pipe'));
    const lines = page.locator('.calls li code');
    await lines.first().waitFor();
    assert.deepEqual(await lines.allInnerTexts(), [
      'mmap(NULL, 16384, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7ffff7ffb000',
      'pipe2([0, 1], 0) = 0',
      'fork() = 2',
    ]);
    // Step on: the reader finds the pipe empty and waits.
    await press(page, 'Shift+ArrowRight');
    await page.locator('.calls li.now', { hasText: 'unfinished' }).waitFor();
    await openLab(page, lab('calls', 24, 'lib-pipe'));
    await page.locator('.calls li', { hasText: 'EPIPE' }).waitFor();
    await page.locator('.calls select').selectOption({ index: 2 });
    const own = await page.locator('.calls li .bdg').allInnerTexts();
    assert.equal(new Set(own).size, 1);
    await page.locator('.calls').getByRole('button', { name: 'Count by call' }).click();
    await page.locator('.calls tbody th', { hasText: 'read' }).waitFor();
    await page.locator('.calls').getByRole('button', { name: 'Count by call' }).click();
    await page.locator('.calls li button').first().click();
    await page.waitForFunction(() =>
      /step 5 /.test(document.querySelector('.narration .no').textContent),
    );
  });
});

test('vmstat row by row, smaps and meminfo of this moment', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('vmstat', 6));
    const now = page.locator('.vmstat tr.now');
    await now.waitFor();
    const head = await page.locator('.vmstat thead tr').last().locator('th').allInnerTexts();
    const cells = await now.locator('th, td').allInnerTexts();
    const cell = (name) => cells[head.indexOf(name)];
    assert.equal(cell('op'), '6');
    assert.equal(cell('pgfault'), '1');
    assert.equal(cell('cs'), '1');
    assert.equal(cell('r'), '2');
    await page.getByRole('button', { name: 'smaps', exact: true }).click();
    const total = await page.locator('.vmstat tr.total').innerText();
    // Two pages resident, one of them shared with the parent.
    assert.match(total.replace(/\s+/g, ' '), /^total 8 8 6 0 4 0 4/);
    await page.getByRole('button', { name: 'meminfo', exact: true }).click();
    assert.match(await page.locator('.vmstat tr', { hasText: 'MemTotal' }).innerText(), /256 KiB/);
  });
});

test('each step says why, with Linux’s functions by name', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, lab('why', '6.15'));
    await page.locator('.why .reason').waitFor();
    const steps = page.locator('.why ol button');
    await page.locator('.why [aria-current=step]').waitFor();
    const before = await stepOf(page);
    await steps.first().click();
    await page.waitForFunction(
      (old) => document.querySelector('.narration .no').textContent !== old,
      before,
    );
    // What the sentence names is selected everywhere, and wears the ring.
    await openLab(page, lab('why', '6.15'));
    const frame = page.locator('.why .things button', { hasText: 'frame 0x14' });
    await frame.focus();
    await page.keyboard.press('Enter');
    await page.locator('.why .things [aria-pressed=true].linked').waitFor();
    await page.locator('.why .things .linked', { hasText: 'page' }).waitFor();
    assert.equal(await page.locator('.spaces .linked .n').count(), 2);
    // The charts say where something happened to it, and put a chosen process forward.
    await page.getByRole('button', { name: 'Charts', exact: true }).click();
    await page.locator('.charts .marked', { hasText: 'frame 0x14 changed in' }).waitFor();
    assert.ok((await page.locator('.charts .marks path').count()) >= 3);
    await page.locator('.charts .who button').last().click();
    await page.locator('.charts path.strong').first().waitFor();
    await page.locator('.charts path.faint').first().waitFor();
    assert.equal(await page.locator('.spaces .linked .n').count(), 1);
    await openLab(page, lab('why', '5.2'));
    await page.locator('.why dd a', { hasText: 'dup_mm' }).waitFor();
  });
});

test('on a phone the views fit, and a tap goes to a step', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    for (const view of ['charts', 'calls', 'vmstat', 'why', 'threads']) {
      await openLab(page, lab(view, 6, view === 'threads' ? 'lib-mutex' : FORK));
      await page.locator('.middle .panel').waitFor();
      await page.waitForTimeout(200);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `${view} is ${wide} wide`);
    }
    await openLab(page, lab('calls', 6));
    await page.locator('.calls li button', { hasText: 'fork' }).tap();
    await page.waitForFunction(() =>
      /step 5 /.test(document.querySelector('.narration .no').textContent),
    );
  });
});

test('a picture of the Lab or of one panel is a file that needs nothing else', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/lab?scenario=' + FORK + '&at=6.12');
    await page.locator('.translation').waitFor();
    await openPictures(page);
    const svg = (await saved(page, 'SVG')).toString();
    assert.match(svg, /^<svg xmlns/);
    assert.doesNotMatch(svg, /foreignObject|var\(--|<dialog|NaN|undefined/);
    // Words, boxes and marks are elements of their own.
    for (const word of ['Fork and copy-on-write', 'Compressed', '7ffff7ffd000'])
      assert.ok(svg.includes(word), word);
    assert.ok(svg.match(/<path/g).length > 20);
    const errors = await page.evaluate((text) => {
      const read = new DOMParser().parseFromString(text, 'image/svg+xml');
      return read.querySelectorAll('parsererror').length;
    }, svg);
    assert.equal(errors, 0);
    await page.getByRole('dialog').locator('select').first().selectOption('Physical memory');
    const png = await saved(page, 'PNG');
    assert.deepEqual([...png.subarray(1, 4)], [0x50, 0x4e, 0x47]);
    assert.ok(png.length > 5000);
  });
});

test('a run of steps as an animated image and as a strip for paper', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/lab?scenario=' + FORK + '&at=6');
    await openPictures(page);
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('from step').fill('4');
    await sheet.getByLabel('to step').fill('6');
    await sheet.getByLabel('a picture for each').selectOption('operation');
    const image = await saved(page, 'Animated image');
    const frames = image.indexOf('acTL');
    assert.ok(frames > 0);
    assert.equal(image.readUInt32BE(frames + 4), 3);
    // The Lab is where it was.
    assert.match(await stepOf(page), /^step 6\b/);
    await sheet.getByRole('button', { name: 'Printable strip' }).click();
    await page.locator('.strip figure').nth(2).waitFor({ timeout: 60000 });
    assert.equal(await page.locator('.strip figure').count(), 3);
    assert.match(await page.locator('.strip figcaption').first().innerText(), /^Step 4 /);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.strip .btn').first().isVisible(), false);
    assert.equal(await page.locator('.stage').isVisible(), false);
    await kept('strip.png', await page.screenshot({ fullPage: true }));
    await page.emulateMedia({ media: 'screen' });
    await page.keyboard.press('Escape');
    await page.locator('.stage').waitFor();
  });
});

test('a strip of steps is an address of its own: title, source, date, and two steps to a page', async () => {
  await vmscope.visit({ viewport: { width: 1280, height: 800 } }, async (page) => {
    await page.goto('/s/lib-fork-copy-on-write?print&from=6&to=7&each=operation');
    await page.locator('.strip figure').nth(1).waitFor({ timeout: 60000 });
    assert.equal(await page.locator('.strip figure').count(), 2);
    assert.equal(await page.locator('.stage').isVisible(), false);
    const head = await page.locator('.strip header').innerText();
    assert.match(head, /Fork and copy-on-write, step by step/);
    assert.match(head, /Steps 6 to 7 of 10\.[^]*\/s\/lib-fork-copy-on-write Printed .*20\d\d/);
    assert.match(await page.locator('.strip figcaption').first().innerText(), /^Step 6 B writes/);
    for (const format of ['A4', 'Letter']) {
      const pdf = (await page.pdf({ format })).toString('latin1');
      assert.equal(pdf.match(/\/Type \/Page\b(?!s)/g).length, 1, `two steps on one page of ${format}`);
    }
    await page.goto('/s/lib-fork-copy-on-write?print&from=9&to=3');
    await page.getByText('There are no such steps').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.waitForURL(/\/s\/lib-fork-copy-on-write$/);
  });
});
