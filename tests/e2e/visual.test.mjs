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
import { everyViewIsThere, scenes, tour } from './scenes.mjs';
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

/** The sizes in which a theme shows the scene at this place of the list. */
function sizesOf(theme, index) {
  const all = [...sizes, ...spots];
  if (process.env.VMSCOPE_ALL || process.env.VISUAL_THEMES)
    return theme === 'light' ? all : sizes;
  if (theme === 'light') return [sizes[index % 2 ? 0 : 2]];
  const others = themes.filter((one) => one !== 'light');
  return others[index % others.length] === theme ? [all[index % all.length]] : [];
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

for (const theme of themes)
  test(`nothing is wrong to the eye in ${theme}`, async (t) => {
    const list = scenes
      .map((scene, index) => ({ ...scene, index }))
      .filter(({ name, index }) => only?.includes(name) ?? sizesOf(theme, index).length > 0);
    const options = {
      list,
      query: theme === 'forced' ? '' : `theme=${theme}`,
      forcedColors: theme === 'forced' ? 'active' : 'none',
      viewport: { width: 1440, height: 900 },
      prepare: (page) => page.addInitScript(recordCanvasText),
    };
    await tour(t, vmscope, options, async (page, { name, index }) => {
      const found = [];
      for (const size of sizesOf(theme, index))
        found.push(...(await wrongWith(page, `${name}-${index}`, theme, size)));
      assert.deepEqual(found, [], `${found.length} faults:\n${found.join('\n')}\n`);
    });
  });
