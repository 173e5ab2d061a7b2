// SPDX-License-Identifier: MIT
// Every row of docs/concepts.md is seen in the Lab: concepts.txt says at which moment of which scenario, in
// which view and by which words. One page goes to all of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { follow } from './lab.mjs';
import { house, root } from './support.mjs';

const vmscope = house();
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** [row, moment, view, texts] of each line. */
const table = read('tests/e2e/concepts.txt')
  .split('\n')
  .filter((line) => line.trim() && !line.startsWith('#'))
  .map((line) => {
    const [row, moment, where, texts] = line.split(' | ').map((part) => part.trim());
    const [view, within] = where.split(' ');
    return { row, moment, view, within, texts: texts.split(';;').map((text) => text.trim()) };
  });

/** Rows of the document that a scenario shows. */
const rows = read('docs/concepts.md')
  .split('\n')
  .map((line) => /^\| ([A-G]\d+) \| [^|]+ \| (.*?) \|/.exec(line))
  .filter((found) => found?.[2].trim());

const titleOf = (name) => /^title "(.*)"$/m.exec(read(`db/library/${name}.vms`))?.[1];

test('every concept that a scenario shows is looked for, and nothing else', () => {
  const ids = rows.map(([, id]) => id);
  assert.ok(ids.length > 60);
  assert.deepEqual([...new Set(table.map(({ row }) => row))].sort(), ids.sort());
});

test('a concept is looked for where its scenarios show it', () => {
  const shown = new Map(rows.map(([, id, scenarios]) => [id, scenarios]));
  for (const { row, moment } of table) {
    if (moment.startsWith('/')) continue;
    const name = moment.split('@')[0];
    assert.ok(
      shown.get(row).includes(`/${name}.vms`),
      `${row}: ${name} does not say that it shows it`,
    );
  }
});

/** Where the text of a view stands. */
const placeOf = (view) =>
  ({
    say: '.narration',
    main: 'main',
    older: '.middle .panel',
    searched: '.middle .panel',
    threads: '.panel.tasks',
    text: '.left .panel .body',
  })[view] ?? `.panel.${view}`;
/** As `?view=` knows it. */
const idOf = (view) =>
  ({ say: '', main: '', older: '', searched: '', 'older-memory': '' })[view] ?? view;

function addressOf({ moment, view }) {
  if (moment.startsWith('/')) return moment;
  const id = idOf(view);
  return `/s/lib-${moment}${id ? `?view=${id}` : ''}`;
}

/** Waits in the page until all texts stand in the place; what is still missing, and what stands there. */
const look = ({ place, texts, title, op, wait }) =>
  new Promise((done) => {
    const plain = (text) => (text ?? '').replace(/[\s\u00ad\u200b]+/g, ' ');
    const until = performance.now() + wait;
    const turn = () => {
      const here =
        (!title || plain(document.querySelector('header')?.innerText).includes(plain(title))) &&
        (!op ||
          (document.querySelector('.narration .no')?.textContent ?? '').includes(`step ${op}`));
      const boxes = [...document.querySelectorAll(place)];
      // The editor keeps its style sheets to itself, in a shadow tree.
      const inner = (box) =>
        [...box.querySelectorAll('*')]
          .find((one) => one.shadowRoot)
          ?.shadowRoot.querySelector('.cm-content');
      const read = (box) => plain((inner(box) ?? box).innerText);
      const shown = here ? boxes.map(read).join(' ') : '';
      const missing = texts.filter((text) => !shown.includes(plain(text)));
      if ((here && missing.length === 0) || performance.now() > until)
        done({ missing, shown, here });
      else setTimeout(turn, 20);
    };
    turn();
  });

test('each concept is on screen, in its words', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    const failed = [];
    const only = process.env.CONCEPT?.split(',');
    for (const line of table.filter(({ row }) => only?.includes(row) ?? true)) {
      const address = addressOf(line);
      await follow(page, address);
      const lab = !line.moment.startsWith('/');
      const [name, at] = line.moment.split('@');
      if (line.within) {
        const field = page.locator(`${placeOf(line.view)} input`);
        await field.fill(line.within);
        await field.press('Enter');
      }
      const { missing, shown, here } = await page.evaluate(look, {
        place: placeOf(line.view),
        texts: line.texts,
        title: lab ? titleOf(name) : '',
        op: lab ? at.split('.')[0] : '',
        wait: 8000,
      });
      if (!here) failed.push(`${line.row} ${address}: it was not reached`);
      for (const text of here ? missing : [])
        failed.push(
          `${line.row} ${address}: no “${text}” in ${line.view}: ${shown.slice(0, 1200)}`,
        );
    }
    assert.deepEqual(failed, []);
  });
});
