// SPDX-License-Identifier: MIT
// Every view and page in five themes and four sizes: nothing overlaps, nothing is cut off, nothing scrolls
// sideways, every text has 4.5:1 (7:1 in high contrast), every target its size. The checks are proven by
// seeded faults (visual-checks.test.mjs). Without VMSCOPE_ALL (script/test --all sets it) each is looked at in
// light, wide or on a phone by turns, and in one other theme and size that go round. VISUAL=name,name looks at some,
// VISUAL_THEMES=light in some themes; VISUAL_OUT=folder keeps the pictures.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { decodePng, look, recordCanvasText, weakTexts, WITHOUT_TEXT } from './look.mjs';
import { everyViewIsThere, openScene, scenes } from './scenes.mjs';
import { house } from './support.mjs';

const vmscope = house();
const only = process.env.VISUAL ? process.env.VISUAL.split(',') : undefined;
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

/** The themes of one scene, each with its sizes. */
function walks(index) {
  const all = [...sizes, ...spots];
  if (process.env.VMSCOPE_ALL || process.env.VISUAL_THEMES)
    return themes.map((theme) => [theme, theme === 'light' ? all : sizes]);
  const others = themes.filter((theme) => theme !== 'light');
  return [
    ['light', [sizes[index % 2 ? 0 : 2]]],
    [others[index % others.length], [all[index % all.length]]],
  ];
}

test('every view of the registry is looked at', everyViewIsThere);

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

scenes.forEach((scene, index) => {
  const { name, address } = scene;
  if (only && !only.includes(name)) return;
  test(`${name} ${address}`, async () => {
    const found = [];
    for (const [theme, wanted] of walks(index)) {
      const options = {
        bypassCSP: true,
        forcedColors: theme === 'forced' ? 'active' : 'none',
        viewport: { width: 1440, height: 900 },
      };
      await vmscope.visit(options, async (page) => {
        await page.addInitScript(recordCanvasText);
        await openScene(page, scene, theme === 'forced' ? '' : `theme=${theme}`);
        for (const size of wanted)
          found.push(...(await wrongWith(page, `${name}-${index}`, theme, size)));
      });
    }
    assert.deepEqual(found, [], `${found.length} faults:\n${found.join('\n')}\n`);
  });
});
