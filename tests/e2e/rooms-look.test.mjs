// SPDX-License-Identifier: MIT
// The room's bar, the sheets and the page to join, looked at as visual.test.mjs looks at views: they need a
// room, which no address alone gives. axe finds nothing in them.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FORK } from './lab.mjs';
import { decodePng, look, recordCanvasText, weakTexts, WITHOUT_TEXT } from './look.mjs';
import { axeFile, house } from './support.mjs';

const vmscope = house();
const LAB = '[data-testid="narration"]';
const out = process.env.VISUAL_OUT;
if (out) mkdirSync(out, { recursive: true });

const room = async (page) =>
  (
    await page.request.post(`${vmscope.url}/api/v1/classrooms`, { data: { scenario: `${FORK}` } })
  ).json();

const states = {
  join: async (page, query) => {
    await page.goto(`/c/${query}`);
    await page.getByRole('textbox', { name: 'Room code' }).waitFor();
  },
  follower: async (page, query) => {
    const { code } = await room(page);
    await page.goto(`/c/${code}${query}`);
    await page.getByTestId('here').waitFor();
    await page.locator(LAB).waitFor();
  },
  alone: async (page, query) => {
    await states.follower(page, query);
    await page.getByRole('button', { name: 'Leave' }).click();
  },
  teach: async (page, query) => {
    const { code, host_token: token } = await room(page);
    await page.goto(`/c/${code}${query}#host=${token}`);
    await page.getByRole('button', { name: 'Show code' }).click();
    await page.locator('dialog summary').click();
  },
  share: async (page, query) => {
    await page.goto(`/s/${FORK}@6.9${query}`);
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await page.locator('dialog svg[data-text]').waitFor();
  },
};

async function axe(page) {
  await page.addScriptTag({ path: axeFile() });
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `axe ${v.id}: ${n.target}`));
  });
}

async function wrongWith(page, name, theme, [width, height]) {
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(200);
  const { faults, texts } = await page.evaluate(look, { target: width <= 700 ? 44 : 24 });
  if (out) await page.screenshot({ path: path.join(out, `${name}-${theme}-${width}.png`) });
  // Behind an open sheet everything is dimmed and cannot be reached.
  const style = await page.addStyleTag({ content: WITHOUT_TEXT });
  const picture = decodePng(await page.screenshot());
  await style.evaluate((node) => node.remove());
  const open = await page.locator('dialog[open]').count();
  const weak = open ? [] : weakTexts(texts, picture, 1, theme === 'contrast' ? 7 : 4.5);
  // The panels below have their own test, with more room.
  const mine = faults.filter((fault) => !fault.startsWith('section.panel'));
  return [...mine, ...weak].map((fault) => `${theme} ${width}: ${fault}`);
}

/** Light, and one other theme that goes round; all of them with script/test --all. */
const others = ['dark', 'contrast', 'projector'];
const themesOf = (index) =>
  process.env.VMSCOPE_ALL ? ['light', ...others] : ['light', others[index % others.length]];

for (const [index, [name, go]] of Object.entries(states).entries())
  for (const theme of themesOf(index))
    test(`${name} in ${theme}`, async () => {
      await vmscope.visit({ bypassCSP: true, colorScheme: theme === 'dark' ? 'dark' : 'light' }, async (page) => {
        await page.addInitScript(recordCanvasText);
        await go(page, `?theme=${theme}`);
        const wrong = [];
        for (const size of [[390, 844], [1440, 900], [320, 640]])
          wrong.push(...(await wrongWith(page, name, theme, size)));
        wrong.push(...(await axe(page)));
        assert.deepEqual(wrong, []);
      });
    });
