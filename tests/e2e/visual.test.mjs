// SPDX-License-Identifier: MIT
// Every view and page in five themes and four sizes: nothing overlaps, nothing is cut off, nothing scrolls
// sideways, every text has 4.5:1 (7:1 in high contrast), every target its size. The checks are proven by
// seeded faults (visual-checks.test.mjs). VISUAL=name,name looks at some,
// VISUAL_THEMES=light in some themes; VISUAL_OUT=folder keeps the pictures.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { decodePng, look, recordCanvasText, weakTexts, WITHOUT_TEXT } from './look.mjs';
import { house, root } from './support.mjs';

const vmscope = house();
const only = process.env.VISUAL?.split(',');
const out = process.env.VISUAL_OUT;
if (out) mkdirSync(out, { recursive: true });

const themes = process.env.VISUAL_THEMES?.split(',') ?? [
  ...['light', 'dark', 'projector', 'contrast', 'forced'],
];
const sizes = [
  [390, 844],
  [1000, 800],
  [1440, 900],
  [1920, 1080],
];
/** The smallest phone and a wall, in one theme. */
const spots = [
  [320, 640],
  [3840, 2160],
];

const LAB = '[data-testid="narration"]';
const COW = '/s/lib-fork-copy-on-write@6.9';
const STRING = '/string?s=1+2+3+4+1+2+5+1+2+3+4+5';
/** What is looked at: name, address, what shows that it is there. A view's name is its id. */
const scenes = [
  ['home', '/', '.card-item'],
  ['new', '/new', 'main a, main button'],
  ['edit', '/edit/lib-fork-copy-on-write', '.cm-line'],
  [
    'compare',
    '/compare?left=scenario%3Dlib-replacement%26frames%3D3&right=scenario%3Dlib-replacement%26policy%3Dopt%26frames%3D3',
    '.side',
  ],
  ['trace', STRING, 'svg'],
  ['unknown', '/lab', 'main h1'],
  ['spaces', `${COW}?view=spaces`, LAB],
  ['spaces', '/s/lib-private-stacks@8?view=spaces', LAB],
  ['spaces', '/s/lib-segmentation@6?view=spaces', LAB],
  ['text', `${COW}?view=text`, '.cm-line'],
  ['translation', `${COW}?view=translation`, LAB],
  ['translation', '/s/lib-hashed-table@6?view=translation', LAB],
  ['translation', '/s/lib-segmentation@6?view=translation', LAB],
  ['translation', '/s/lib-buddy@8?view=translation', LAB],
  ['policy', '/s/lib-clock@12?view=policy', LAB],
  ['policy', '/s/lib-arc@14?view=policy', LAB],
  ['threads', '/s/lib-producer-consumer@12?view=threads', LAB],
  ['charts', '/s/lib-thrashing@40?view=charts', LAB],
  ['memory', '/s/lib-swapping@14?view=memory', LAB],
  ['memory', '/s/lib-free-list@6?view=memory', LAB],
];

test('every view of the registry is looked at', () => {
  const registry = readFileSync(path.join(root, 'web/src/views/registry.ts'), 'utf8');
  const ids = [...registry.matchAll(/^\s+id: '(\w+)'/gm)].map((m) => m[1]);
  const looked = new Set(scenes.map(([name]) => name));
  assert.deepEqual([...new Set(ids)].filter((id) => !looked.has(id)), []);
  assert.ok(ids.length > 5);
});

/** Waits until nothing is on its way: fonts, code on demand, a frame. */
const settle = (page) =>
  page.evaluate(async () => {
    await document.fonts.ready;
    for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(done));
    await new Promise((done) => setTimeout(done, 60));
  });

async function wrongWith(page, name, theme, [width, height]) {
  await page.setViewportSize({ width, height });
  await settle(page);
  const { faults, texts } = await page.evaluate(look, { target: width <= 700 ? 44 : 24 });
  if (out) await page.screenshot({ path: path.join(out, `${name}-${theme}-${width}.png`) });
  await page.evaluate((css) => {
    const style = document.createElement('style');
    style.id = 'without-text';
    style.textContent = css;
    document.head.append(style);
  }, WITHOUT_TEXT);
  const picture = decodePng(await page.screenshot());
  await page.evaluate(() => document.getElementById('without-text')?.remove());
  const weak = weakTexts(texts, picture, 1, theme === 'contrast' ? 7 : 4.5);
  return [...faults, ...weak].map((fault) => `${theme} ${width}: ${fault}`);
}

scenes.forEach(([name, address, ready], index) => {
  if (only && !only.includes(name)) return;
  test(`${name} ${address}`, async () => {
    const found = [];
    for (const theme of themes) {
      const options = {
        bypassCSP: true,
        forcedColors: theme === 'forced' ? 'active' : 'none',
        viewport: { width: 1440, height: 900 },
      };
      await vmscope.visit(options, async (page) => {
        await page.addInitScript(recordCanvasText);
        const query = theme === 'forced' ? '' : `${address.includes('?') ? '&' : '?'}theme=${theme}`;
        await page.goto(address + query);
        await page.locator(ready).first().waitFor();
        await page.waitForLoadState('networkidle');
        const all = theme === 'light' ? [...sizes, ...spots] : sizes;
        for (const size of all) found.push(...(await wrongWith(page, `${name}-${index}`, theme, size)));
      });
    }
    assert.deepEqual(found, [], `${found.length} faults:\n${found.join('\n')}\n`);
  });
});
