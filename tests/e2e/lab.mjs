// SPDX-License-Identifier: MIT
// What the journeys do and read in the Lab.
import assert from 'node:assert/strict';

export const FORK = 'lib-fork-copy-on-write';

/** Opens a run and waits for its first picture. */
export async function openLab(page, path) {
  await page.goto(path);
  await page.locator('[data-testid="narration"]').waitFor();
}

/** Goes to an address as a click on a link does, without reading the page anew. */
export const follow = (page, address) =>
  page.evaluate((to) => {
    const link = document.createElement('a');
    link.href = to;
    document.body.append(link);
    link.click();
    link.remove();
  }, address);

export const sentence = (page) => page.locator('[data-testid="narration"]').innerText();
export const stepOf = (page) => page.locator('.narration .no').innerText();

/** Presses a key and waits until the moment on screen has changed. */
export async function press(page, key) {
  const before = await moment(page);
  await page.keyboard.press(key);
  await page.waitForFunction(
    (old) =>
      document.querySelector('.narration .no')?.textContent +
        '|' +
        document.querySelector('[data-testid="narration"]')?.textContent !==
      old,
    before,
  );
}
const moment = (page) =>
  page.evaluate(
    () =>
      document.querySelector('.narration .no')?.textContent +
      '|' +
      document.querySelector('[data-testid="narration"]')?.textContent,
  );

/** Steps on, micro-step by micro-step, until the sentence fits. */
export async function stepUntil(page, pattern, most = 200) {
  for (let i = 0; i < most; i++) {
    if (pattern.test(await sentence(page))) return;
    await press(page, 'ArrowRight');
  }
  assert.fail(`no step says ${pattern}`);
}

/**
 * Everything the panels show, as text: the DOM with the drawn shapes, and the pixels of canvases. What only
 * the way here can change (animations, the sentence read aloud) is left out.
 */
export function picture(page) {
  return page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    // Attributes and classes in one order: theirs tells only the way here.
    const write = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, ' ');
      if (node.nodeType !== Node.ELEMENT_NODE || node.matches('[aria-live], .cursor')) return '';
      const classes = [...node.classList].filter((c) => c !== 'moving').sort();
      const attributes = [...node.attributes]
        .filter(({ name }) => name !== 'class' && name !== 'aria-valuenow')
        .map(({ name, value }) => `${name}="${value}"`)
        .sort();
      const head = [node.localName, classes.join('.'), ...attributes].join(' ');
      return `<${head}>${[...node.childNodes].map(write).join('')}</>`;
    };
    const panels = ['.left', '.middle', '.right', '.narration'].map((name) => {
      const panel = document.querySelector(`.stage ${name}`);
      if (!panel) throw new Error(`no panel ${name}`);
      const canvases = [...panel.querySelectorAll('canvas')].map((c) => c.toDataURL());
      return [name, write(panel), ...canvases].join('\n');
    });
    return panels.join('\n\n');
  });
}

/** Fails with the place where two pictures part. */
export function samePicture(seen, expected, where) {
  if (seen === expected) return;
  let i = 0;
  while (seen[i] === expected[i]) i++;
  const cut = (text) => text.slice(Math.max(0, i - 160), i + 80);
  assert.fail(`${where}: another picture\n  earlier: ${cut(expected)}\n  now: ${cut(seen)}`);
}
