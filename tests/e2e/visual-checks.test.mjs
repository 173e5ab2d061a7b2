// SPDX-License-Identifier: MIT
// The checks of the visual test find each fault that is seeded here, and nothing in a page without any.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePng, look, recordCanvasText, weakTexts, WITHOUT_TEXT } from './look.mjs';
import { house } from './support.mjs';

const vmscope = house();

async function faultsOf(page, body, style = '') {
  await page.goto('about:blank');
  await page.setContent(`<!doctype html><style>
    * { box-sizing: border-box } body { margin: 20px; font: 14px sans-serif; color: #222; background: #fff }
    button { min-width: 44px; min-height: 44px; border: 1px solid #444; background: #eee; color: #111 } ${style}
    </style>${body}`);
  const { faults, texts } = await page.evaluate(look, { target: 24 });
  await page.addStyleTag({ content: WITHOUT_TEXT });
  return [...faults, ...weakTexts(texts, decodePng(await page.screenshot()))];
}

const draw = (code) =>
  `<canvas width="300" height="60"></canvas><script>const x = document.querySelector('canvas').getContext('2d');
   x.clearRect(0, 0, 300, 60); x.font = '14px sans-serif'; x.fillStyle = '#222'; ${code}</script>`;

const seeded = [
  ['a wide page', '<div style="width: 3000px">wide</div>', /page is 30\d\d px wide/],
  [
    'a box that scrolls sideways out of reach',
    '<div style="width: 100px; overflow-x: auto"><p style="width: 300px">far away</p></div>',
    /scrolls sideways/,
  ],
  [
    'text cut off at the side',
    '<div style="width: 60px; overflow: hidden; white-space: nowrap">a sentence that goes on</div>',
    /cut off/,
  ],
  [
    'an ellipsis with nothing behind it',
    '<div style="width: 60px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">a sentence that goes on</div>',
    /cut off/,
  ],
  [
    'text cut off below',
    '<div style="height: 24px; overflow: hidden">one line<br />another line</div>',
    /cut off/,
  ],
  [
    'text over text',
    '<p>here is a text</p><p style="position: absolute; top: 12px; left: 30px">and here one over it</p>',
    /overlap/,
  ],
  [
    'text over a button',
    '<button>Play</button><p style="position: absolute; top: 22px; left: 24px">over it</p>',
    /button.*overlap/,
  ],
  [
    'a button beyond the edge of its card',
    '<div class="panel" style="width: 100px; display: flex; border: 1px solid"><button style="flex: none; width: 140px">Play</button></div>',
    /sticks out/,
  ],
  [
    'two buttons over each other',
    '<button>Play</button><button style="margin-left: -20px">Stop</button>',
    /button.*button.*overlap/,
  ],
  [
    'a target that is too small',
    '<button style="min-width: 0; min-height: 0; width: 16px; height: 16px">x</button>',
    /target of 16×16/,
  ],
  ['grey on white', '<p style="color: #999">weak</p>', /2\.8\d:1/],
  ['grey on white by opacity', '<p style="opacity: 0.4">weak</p>', /weak.*has/],
  [
    'text over a picture',
    '<svg width="200" height="40"><rect width="200" height="40" fill="#333"/><text x="9" y="20" fill="#222">dark</text></svg>',
    /dark.*has/,
  ],
  [
    'text on a canvas over another',
    draw("x.fillText('one text', 10, 30); x.fillText('another', 30, 34);"),
    /overlap/,
  ],
  [
    'text over the edge of a canvas',
    draw("x.fillText('a text that goes over', 250, 30);"),
    /over its edge/,
  ],
  [
    'weak text on a canvas',
    draw("x.fillStyle = '#bbb'; x.fillText('one text', 10, 30);"),
    /one text.*has/,
  ],
];
const fine = `<h1>A page</h1><p>with a <a href="#">link</a> in a sentence</p><button>Play</button>
  <div title="a sentence that goes on" style="width: 60px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">a sentence that goes on</div>
  <div tabindex="0" style="width: 100px; overflow-x: auto"><p style="width: 300px">far away</p></div>
  <details><summary style="min-height: 24px">more</summary><p>hidden</p><p style="margin-top: -20px">text</p></details>
  <div style="height: 60px; overflow-y: auto" tabindex="0"><p>one</p><p>two</p><p>three</p><p>four</p></div>
  <p style="position: relative">under<span style="position: absolute; left: 0; top: 0; background: #fff; padding: 2px">a list</span></p>
  ${draw("x.fillText('gone', 10, 30); x.clearRect(0, 0, 300, 60); x.fillText('one text', 10, 30);")}`;

test('the checks find what is seeded', async () => {
  await vmscope.visit(
    { firstContact: true, viewport: { width: 800, height: 600 } },
    async (page) => {
      await page.addInitScript(recordCanvasText);
      for (const [name, body, expected] of seeded)
        assert.match((await faultsOf(page, body)).join('\n'), expected, name);
    },
  );
});

test('and nothing where nothing is wrong', async () => {
  await vmscope.visit(
    { firstContact: true, viewport: { width: 800, height: 600 } },
    async (page) => {
      await page.addInitScript(recordCanvasText);
      assert.deepEqual(await faultsOf(page, fine), []);
    },
  );
});
