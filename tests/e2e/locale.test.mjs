// SPDX-License-Identifier: MIT
// The pseudo-locale marks every text that goes through src/text; what is left over is hard-coded, or data:
// names and texts of the scenario, code, and proper names of the engine's tables. Right-to-left mirrors the
// layout, while addresses, bits, pictures and time run from left to right.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openScene, scenes, tour } from './scenes.mjs';
import { house, root } from './support.mjs';

const vmscope = house();

/** A text as web/src/text/texts.ts marks it. */
const pseudo = (text) =>
  `⟦${text.replace(/[a-z]/g, (c) => 'áƀçđéƒĝĥíĵķļɱñóƥɋřšŧúṽŵẋýž'[c.charCodeAt(0) - 97])}${'~'.repeat(Math.round(text.length / 3))}⟧`;

/** Names that are the same in every language: policies, machines, devices, constants of the system. */
function properNames() {
  const read = (file) => readFileSync(path.join(root, 'web/src/wire', file), 'utf8');
  const tables = read('generated.ts') + read('said.ts');
  const names = ['vdso', 'vvar', 'COW', 'vmscope', 'vmstat', 'smaps', 'meminfo'];
  for (const found of tables.matchAll(/^ {2}\{ name: "[^"]*", title: "([^"]*)", rule:/gm))
    names.push(found[1]);
  // Of a type: of("enum", "its words", ["…"]) in the one, name: ["…"] in the other.
  for (const found of tables.matchAll(/^ {2}(\w+): (?:of\(.*?)?\[(.*)\]/gm))
    for (const [, word] of found[2].matchAll(/"([^"]*)"/g))
      if (/^(machine_kind|medium|(prot|pte|map)_bits)$/.test(found[1]) || /^[\dA-Z_]*$/.test(word))
        names.push(word);
  return names;
}

/** Runs in the page: words that stand outside the marks. */
function unmarked(known) {
  const WORD = /\p{L}{3,}/gu;
  const names = new Set(known.flatMap((name) => name.toLowerCase().match(WORD) ?? []));
  const DATA =
    'code, .mono, kbd, .bdg, .cm-editor, script, style, noscript, [dir="auto"], [translate="no"]';
  // Numbers, and sizes with their units, are the same everywhere.
  const NUMBERS = /\b0x[\da-f]+\b|\b[\da-f]*\d[\da-f]*(?:…)?\b|\b[\da-f]{3}\b|\b[KMGTPE]iB\b/gi;
  const left = (text) => {
    let [depth, rest] = [0, ''];
    for (const c of text.replace(NUMBERS, ' ')) {
      if (c === '⟦') depth++;
      else if (c === '⟧') depth = Math.max(0, depth - 1);
      else if (depth === 0) rest += c;
    }
    return (rest.match(WORD) ?? []).filter((word) => !names.has(word.toLowerCase()));
  };
  const found = new Set();
  const say = (element, where, text) => {
    const words = left(text);
    if (words.length > 0)
      found.add(
        `${where} of ${element.localName}.${element.classList[0] ?? ''}: “${text.trim().slice(0, 70)}”`,
      );
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element.closest(DATA)) say(element, 'text', node.data);
  }
  for (const element of document.querySelectorAll('*')) {
    if (element.closest(DATA)) continue;
    for (const name of [
      'aria-label',
      'title',
      'placeholder',
      'alt',
      'aria-valuetext',
      'aria-roledescription',
    ])
      if (element.hasAttribute(name)) say(element, name, element.getAttribute(name));
  }
  return [...found];
}

/** What comes from scenarios: the words of the text that is shown, or the titles of those that are listed. */
async function dataOf(page, { name, address }) {
  if (name === 'home' || name === 'new')
    return ['library', 'templates']
      .flatMap((shelf) =>
        readdirSync(path.join(root, 'db', shelf)).map((file) => `db/${shelf}/${file}`),
      )
      .map((file) => /^title "(.*)"/m.exec(readFileSync(path.join(root, file), 'utf8'))?.[1] ?? '');
  const id = /\/(?:s|edit)\/([\w-]+)/.exec(address)?.[1] ?? 'lib-replacement';
  const scenario = await (await page.request.get(`/api/v1/scenarios/${id}`)).json();
  return [scenario.text ?? ''];
}

test('no text is hard-coded', async (t) => {
  const options = { query: 'locale=pseudo', say: pseudo };
  await tour(t, vmscope, options, async (page, scene) => {
    await page.waitForTimeout(200);
    const known = [...properNames(), ...(await dataOf(page, scene))];
    assert.deepEqual(await page.evaluate(unmarked, known), []);
  });
});

test('a hard-coded text is found', async () => {
  await vmscope.visit({}, async (page) => {
    await openScene(page, scenes[0], 'locale=pseudo');
    await page.evaluate(() => {
      const wrong = document.createElement('button');
      wrong.textContent = 'Press here';
      wrong.title = 'A hard-coded title';
      document.body.append(wrong);
    });
    const found = (await page.evaluate(unmarked, [])).join('\n');
    assert.match(found, /Press here/);
    assert.match(found, /A hard-coded title/);
  });
});

test('right-to-left mirrors the layout; pictures, addresses and time do not turn', async () => {
  await vmscope.visit({}, async (page) => {
    const lab = scenes.find((s) => s.name === 'translation');
    const places = async (query) => {
      await openScene(page, lab, query);
      await page.locator('.walk').waitFor();
      await page.locator('.trail .line').first().waitFor({ state: 'attached' });
      return page.evaluate(() => {
        const x = (selector) => {
          const box = document.querySelector(selector).getBoundingClientRect();
          return Math.round((box.left + box.right) / 2);
        };
        // The first of what can be seen stands left of the last.
        const inside = (selector) => {
          const boxes = [...document.querySelectorAll(selector)]
            .map((element) => element.getBoundingClientRect())
            .filter((box) => box.width > 0);
          return boxes[0].left < boxes.at(-1).left;
        };
        return {
          spaces: x('.cell.left'),
          memory: x('.cell.right'),
          brand: x('header.top .title'),
          transport: inside('.transport button'),
          bits: inside('.bits code'),
          entry: inside('.pte tbody td'),
          strip: inside('.strip li'),
          lines: document.querySelectorAll('.trail .line').length,
          wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        };
      });
    };
    const ltr = await places('');
    const rtl = await places('dir=rtl');
    assert.ok(ltr.spaces < ltr.memory && ltr.brand < 720, 'spaces stand first');
    assert.ok(rtl.spaces > rtl.memory && rtl.brand > 720, 'and first is right here');
    for (const part of ['transport', 'bits', 'entry', 'strip']) {
      assert.ok(ltr[part], `${part} from left to right`);
      assert.ok(rtl[part], `${part} from left to right still`);
    }
    assert.equal(rtl.wide, 0);
    assert.ok(ltr.lines > 5, 'a whole walk is drawn');
    assert.equal(rtl.lines, ltr.lines, "the walk's line is mirrored, not left out");
  });
});
