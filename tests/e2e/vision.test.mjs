// SPDX-License-Identifier: MIT
// Marks stay distinguishable under emulated deuteranopia, tritanopia and achromatopsia: the first three
// owners' colours, and the drawn marks of the legends, which differ in shape where their colours do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast, decodePng } from './look.mjs';
import { openScene, scenes } from './scenes.mjs';
import { house } from './support.mjs';

const vmscope = house();
const visions = ['deuteranopia', 'tritanopia', 'achromatopsia'];
const themes = ['light', 'dark', 'projector', 'contrast'];
/** Owners that stand side by side, and what happens in this step beside all of them. */
const OWNERS = ['A', 'B', 'C'];

async function emulate(page, type) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setEmulatedVisionDeficiency', { type });
}

/** Squares of these tokens, as they come out on the screen. */
async function swatches(page, tokens) {
  await page.evaluate((names) => {
    document.getElementById('swatches')?.remove();
    const row = document.createElement('div');
    row.id = 'swatches';
    row.style.cssText = 'position:fixed;inset:0 auto auto 0;z-index:99;display:flex';
    for (const name of names) {
      const one = document.createElement('i');
      one.style.cssText = `width:20px;height:20px;background:var(--${name})`;
      row.append(one);
    }
    document.body.append(row);
  }, tokens);
  const picture = decodePng(
    await page.screenshot({ clip: { x: 0, y: 0, width: 400, height: 20 } }),
  );
  return tokens.map((_, i) => picture.at(i * 20 + 10, 10));
}

/** How far two colours are from each other: by eye, in steps of lightness and of hue. */
const apart = (a, b) => Math.hypot(...a.map((v, i) => v - b[i]));

/** Each mark of a legend as its pixels. */
async function marks(page, selector) {
  const boxes = await page.evaluate((s) => {
    const seen = [...document.querySelectorAll(s)].filter(
      (e) => e.getBoundingClientRect().width > 8,
    );
    return seen.map((e) => {
      const { left, top } = e.getBoundingClientRect();
      return { x: Math.round(left), y: Math.round(top), name: e.parentElement.textContent.trim() };
    });
  }, selector);
  const picture = decodePng(await page.screenshot());
  return boxes.map(({ x, y, name }) => {
    const pixels = [];
    for (let dy = 0; dy < 12; dy++)
      for (let dx = 0; dx < 12; dx++) pixels.push(picture.at(x + dx, y + dy));
    return { name, pixels };
  });
}
/** The share of pixels that differ so much that one sees it. */
const unlike = (a, b) =>
  a.pixels.filter((p, i) => contrast(p, b.pixels[i]) > 1.25 || apart(p, b.pixels[i]) > 60).length /
  a.pixels.length;

function alike(list, least) {
  const found = [];
  list.forEach((a, i) =>
    list.slice(i + 1).forEach((b) => {
      if (a.name !== b.name && unlike(a, b) < least) found.push(`${a.name} and ${b.name}`);
    }),
  );
  return found;
}

const memory = scenes.find((s) => s.name === 'memory');
const LEGEND = '.panel.memory svg[viewBox="0 0 12 12"]';

for (const theme of themes)
  test(`owners and marks in ${theme} to eyes that see fewer colours`, async () => {
    await vmscope.visit({}, async (page) => {
      await openScene(page, memory, `theme=${theme}`);
      for (const vision of visions) {
        await emulate(page, vision);
        const colours = await swatches(page, [...OWNERS, 'now', 'panel']);
        await page.evaluate(() => document.getElementById('swatches').remove());
        OWNERS.forEach((a, i) =>
          OWNERS.slice(i + 1).forEach((b, j) => {
            const [x, y] = [colours[i], colours[i + 1 + j]];
            const far = apart(x, y) > 45 || contrast(x, y) > 1.3;
            assert.ok(far, `${a} ${x} and ${b} ${y} under ${vision}`);
          }),
        );
        const list = await marks(page, LEGEND);
        // The projector shows no legends.
        if (theme !== 'projector')
          assert.ok(list.length >= 6, `${list.length} marks in the legend`);
        assert.deepEqual(alike(list, 0.04), [], vision);
      }
    });
  });

test('colours that only hue tells apart are found', async () => {
  await vmscope.visit({}, async (page) => {
    await openScene(page, memory);
    await page.evaluate(() => {
      document.documentElement.style.setProperty('--A', '#b04a3a');
      document.documentElement.style.setProperty('--B', '#5f7a2c');
    });
    await emulate(page, 'achromatopsia');
    const [a, b] = await swatches(page, ['A', 'B']);
    assert.ok(apart(a, b) <= 45 && contrast(a, b) <= 1.3, `${a} ${b}`);
  });
});
