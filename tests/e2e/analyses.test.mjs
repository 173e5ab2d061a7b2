// SPDX-License-Identifier: MIT
// Every analysis of the table has a page: its question, a picture that fits, the same as a table, files, and
// a point that opens the Lab at that moment of the trace.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { axeFile, house } from './support.mjs';

const vmscope = house();

/** Two phases, loops over 12 and over 30 other pages, each page written now and then; as lackey writes it. */
function lackey(count) {
  const lines = [];
  for (let i = 0; i < count; i++) {
    const page = i < count / 2 ? i % 12 : 100 + ((i * 7) % 30);
    const address = (0x400000 + page * 4096 + ((i * 24) % 4096)).toString(16);
    lines.push(`${i % 4 === 0 ? ' S' : ' L'} ${address},8`);
  }
  return `${lines.join('\n')}\n`;
}
const REFERENCES = 6000;

/** Uploads it; the address of its page. */
async function uploaded(page) {
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles({
    name: 'phases.lackey',
    mimeType: 'text/plain',
    buffer: Buffer.from(lackey(REFERENCES)),
  });
  await page.waitForURL(/\/trace\/[^/]+$/);
  await page.getByRole('heading', { name: 'phases.lackey' }).waitFor();
  return new URL(page.url()).pathname;
}
const done = (page) =>
  page.locator('.analysis[data-state="done"]').waitFor({ timeout: 60000 });
/** What is painted: pixels of the canvas that are not empty. */
const painted = (page) =>
  page.locator('.analysis .chart canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) n++;
    return n;
  });
const cells = async (page) => {
  await page.getByRole('button', { name: 'As a table' }).click();
  const head = await page.locator('.rows thead th').allInnerTexts();
  const rows = await page
    .locator('.rows tbody tr')
    .evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.textContent.trim())));
  await page.getByRole('button', { name: 'As a table' }).click();
  return rows.map((row) => Object.fromEntries(head.map((title, i) => [title, row[i]])));
};

test('every analysis of the table answers on its page, as a picture and as a table', async () => {
  await vmscope.visit({}, async (page) => {
    const base = await uploaded(page);
    const links = await page
      .locator('main nav a')
      .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.textContent.trim()]));
    assert.ok(links.length >= 7, `${links.length} questions`);
    const kinds = {};
    for (const [href, title] of links) {
      if (href === base) continue;
      await page.goto(href);
      await done(page);
      const name = href.split('/').at(-1);
      kinds[name] = await page.locator('.analysis').getAttribute('data-kind');
      assert.equal(await page.locator('.analysis').getAttribute('aria-label'), title);
      assert.ok((await page.locator('.question').innerText()).endsWith('?'), name);
      if ((await page.locator('.analysis .chart').count()) > 0) {
        assert.ok((await painted(page)) > 40, `${name} draws something`);
        await page.locator('svg[role=application]').focus();
        await page.keyboard.press('ArrowRight');
        const said = await page.locator('.chart [role=status]').innerText();
        assert.match(said, /\d/, `${name} says what is chosen`);
        assert.ok((await cells(page)).length > 0, name);
      } else {
        const text = await page.locator('.analysis').innerText();
        assert.ok(/None was found/.test(text) || (await page.locator('.rows').count()) > 0, name);
      }
    }
    assert.equal(kinds['distances'], 'bars');
    assert.equal(kinds['map'], 'map');
    assert.equal(kinds['working-set'], 'line');
  });
});

test('phases: two stretches; a point opens the Lab at its moment', async () => {
  await vmscope.visit({ acceptDownloads: true }, async (page) => {
    const base = await uploaded(page);
    await page.goto(`${base}/phases`);
    await done(page);
    const phases = new Set((await cells(page)).map((row) => row['phase']));
    assert.equal(phases.size, 2, [...phases].join(' '));
    await page.locator('svg[role=application]').focus();
    await page.keyboard.press('End');
    const link = page.getByRole('link', { name: /^Open the Lab at reference 6,000/ });
    await link.waitFor();
    await page.keyboard.press('Home');
    await page.waitForFunction(() => /reference \d/.test(document.querySelector('.side a')?.textContent));
    const text = await page.locator('.side a').innerText();
    const reference = Number(/reference ([\d,]+)/.exec(text)[1].replaceAll(',', ''));
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/lab\\?trace=.*at=${reference}`));
    await page.locator('[data-testid="narration"]').waitFor();

    // The map: arrows from field to field, the SVG stands alone and holds the fields.
    await page.goto(`${base}/map`);
    await done(page);
    await page.locator('svg[role=application]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    assert.match(await page.locator('.chart [role=status]').innerText(), /^Up to reference/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'SVG', exact: true }).click(),
    ]);
    const svg = (await readFile(await download.path())).toString();
    assert.ok(svg.match(/h[\d.]+v[\d.]+/g)?.length > 200, 'fields');
    assert.ok(!/class=|var\(/.test(svg), 'it stands alone');
  });
});

test('the working set of a loop is the loop; the question can be changed', async () => {
  await vmscope.visit({}, async (page) => {
    const base = await uploaded(page);
    await page.goto(`${base}/working-set`);
    await done(page);
    await page.getByText('Question', { exact: true }).click();
    await page.getByLabel('tau').fill('60');
    await page.getByLabel('Points').fill('20');
    await page.getByRole('button', { name: 'Compute again' }).click();
    await page.waitForFunction(() => document.querySelector('.analysis')?.dataset.state === 'done');
    const rows = await cells(page);
    assert.equal(rows.length, 20);
    assert.deepEqual([rows[5], rows[15]].map((row) => row['working set']), ['12', '30']);
  });
});

test('analyses fit a phone and have nothing serious for a screen reader', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  for (const options of [phone, { colorScheme: 'light' }, { colorScheme: 'dark' }]) {
    await vmscope.visit({ ...options, bypassCSP: true }, async (page) => {
      const base = await uploaded(page);
      for (const name of ['map', 'phases', 'distances']) {
        await page.goto(`${base}/${name}`);
        await done(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= (options.viewport?.width ?? 1440), `${name}: ${wide} px`);
        await page.addScriptTag({ path: axeFile() });
        const found = await page.evaluate(async () => {
          const { violations } = await window.axe.run(document);
          return violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .flatMap((v) =>
              v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.target} ${n.failureSummary}`),
            );
        });
        assert.deepEqual(found, [], name);
      }
    });
  }
});
