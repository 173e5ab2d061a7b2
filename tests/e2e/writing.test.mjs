// SPDX-License-Identifier: MIT
// Playing is writing: from an empty template to the story of copy-on-write, by mouse alone, by keyboard
// alone, by touch. The text is what was played; undo, redo, saving; lines in between.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openLab, sentence } from './lab.mjs';
import { house, program } from './support.mjs';

const vmscope = house();

const STORY = [
  'A = start empty',
  'A: heap = mmap(2 pages, rw, private)',
  'A: store(heap, 2 pages)',
  'A: B = fork()',
  'B: *heap = 7',
];
const bar = (page) => page.locator('.stage > .bar');
const palette = (page) => page.getByRole('dialog', { name: 'What happens next?' });
const chip = (page, row, name) =>
  palette(page).getByRole('group', { name: row }).getByRole('button', { name, exact: true });
const offer = (page, name) => palette(page).locator('.offer', { hasText: name }).first();
const written = (page, line) =>
  bar(page).locator('code', { hasText: line }).filter({ visible: true }).waitFor();

/** The text as the panel beside the picture shows it, without comments and empty lines. */
async function lines(page) {
  const text = await page.locator('.cm-content').innerText();
  return text.split('\n').filter((line) => line.trim() && !/^(vmscope|#|title|machine)/.test(line));
}

test('by mouse: from an empty machine to a copied page, undone, done again, saved', async () => {
  await vmscope.visit({ firstContact: true }, async (page) => {
    await page.goto('/');
    await page.getByRole('link', { name: 'New scenario' }).click();
    await page.getByRole('button', { name: /^An empty machine/ }).click();
    const act = page.locator('.top').getByRole('button', { name: 'Do', exact: true });
    // Nothing is there to play: the first sentence names the button that is.
    await page.getByTestId('narration').filter({ hasText: 'Do something' }).waitFor();
    assert.doesNotMatch(await page.locator('.stage').innerText(), /\bplay\.|Press Play/);
    await page.getByRole('button', { name: 'Do something' }).click();
    await offer(page, 'Start an empty process').click();
    await written(page, STORY[0]);
    await act.click();
    await offer(page, 'Map memory').click();
    await palette(page).getByRole('button', { name: 'Run' }).first().click();
    await written(page, STORY[1]);
    await act.click();
    await chip(page, 'Memory', 'heap').click();
    await offer(page, 'Write every page').click();
    await written(page, STORY[2]);
    await act.click();
    await offer(page, 'Fork').click();
    await written(page, STORY[3]);

    // The page itself, by a right click.
    const heap = page.getByRole('slider', { name: 'heap of B' });
    await heap.click({ button: 'right', position: { x: 6, y: 6 } });
    await offer(page, 'Write a number').click();
    await palette(page).getByRole('textbox', { name: 'Number' }).fill('7');
    await palette(page).getByRole('button', { name: 'Run' }).first().click();
    await written(page, STORY[4]);
    assert.match(await sentence(page), /writes/);

    await page.locator('.top').getByRole('button', { name: 'Text' }).click();
    await page.locator('.cm-running', { hasText: STORY[4] }).waitFor();
    assert.deepEqual(await lines(page), STORY);

    const undo = bar(page).getByRole('button', { name: 'Undo' });
    await undo.click();
    await undo.click();
    await page.locator('.cm-content', { hasText: 'fork' }).waitFor({ state: 'detached' });
    assert.deepEqual(await lines(page), STORY.slice(0, 3));
    await page.keyboard.press('Control+y');
    await page.keyboard.press('Control+y');
    await page.locator('.cm-line', { hasText: STORY[4] }).waitFor();
    assert.deepEqual(await lines(page), STORY);

    await bar(page).getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/scenario=/);
    await page.reload();
    await page.locator('[data-testid="narration"]').waitFor();
    await page.keyboard.press('t');
    await page.locator('.cm-line', { hasText: STORY[4] }).waitFor();
    assert.deepEqual(await lines(page), STORY);
  });
});

test('by keyboard alone: the same story', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/new');
    const first = page.getByRole('button', { name: /^An empty machine/ });
    await first.waitFor();
    const onFirst = () => first.evaluate((b) => b === document.activeElement);
    for (let i = 0; i < 12 && !(await onFirst()); i++) await page.keyboard.press('Tab');
    assert.ok(await onFirst());
    await page.keyboard.press('Enter');
    await page.locator('[data-testid="narration"]').waitFor();

    /** Down the list to an action. */
    const choose = async (name) => {
      const wanted = offer(page, name);
      await wanted.waitFor();
      const there = () => wanted.evaluate((b) => b === document.activeElement);
      for (let i = 0; i < 40 && !(await there()); i++) await page.keyboard.press('ArrowDown');
      assert.ok(await there(), name);
      await page.keyboard.press('Enter');
    };
    /** Back from the list to a chip. */
    const turnTo = async (row, name) => {
      const wanted = chip(page, row, name);
      const there = () => wanted.evaluate((b) => b === document.activeElement);
      for (let i = 0; i < 40 && !(await there()); i++) await page.keyboard.press('Shift+Tab');
      assert.ok(await there(), name);
      await page.keyboard.press('Enter');
    };
    await page.keyboard.press('a');
    await choose('Start an empty process');
    await written(page, STORY[0]);
    await page.keyboard.press('a');
    await choose('Map memory');
    await page.keyboard.press('Enter');
    await written(page, STORY[1]);
    await page.keyboard.press('a');
    await turnTo('Memory', 'heap');
    await choose('Write every page');
    await written(page, STORY[2]);
    await page.keyboard.press('a');
    await choose('Fork');
    await written(page, STORY[3]);
    // The menu key, on the page under the cursor of the cells.
    const heap = page.getByRole('slider', { name: 'heap of B' });
    const onHeap = () => heap.evaluate((b) => b === document.activeElement);
    for (let i = 0; i < 60 && !(await onHeap()); i++) await page.keyboard.press('Tab');
    assert.ok(await onHeap());
    await page.keyboard.press('ContextMenu');
    await choose('Write a number');
    await page.keyboard.press('Enter');
    await written(page, STORY[4]);
    assert.match(await sentence(page), /writes/);
    await page.keyboard.press('t');
    await page.locator('.cm-running', { hasText: STORY[4] }).waitFor();
    assert.deepEqual(await lines(page), STORY);

    // A line of one's own, with a mistake first.
    await page.keyboard.press('Control+z');
    await page.locator('.cm-line', { hasText: STORY[4] }).waitFor({ state: 'detached' });
    await page.keyboard.press('b');
    const field = palette(page).getByRole('textbox', { name: 'Or write a line' });
    await field.waitFor();
    await page.keyboard.type('B: stoer(heap)');
    await page.keyboard.press('Enter');
    assert.match(await palette(page).getByRole('alert').innerText(), /store/);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(STORY[4]);
    await page.keyboard.press('Enter');
    await written(page, STORY[4]);
    assert.deepEqual(await lines(page), STORY);
  });
});

test('on a phone by touch: the same story, with a long press', async () => {
  const phone = {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    firstContact: true,
  };
  await vmscope.visit(phone, async (page) => {
    await page.goto('/new');
    await page.getByRole('button', { name: /^An empty machine/ }).tap();
    const act = page.locator('.top').getByRole('button', { name: 'Do', exact: true });
    await page.getByRole('button', { name: 'Do something' }).tap();
    await offer(page, 'Start an empty process').tap();
    await written(page, STORY[0]);
    await act.tap();
    const box = await palette(page).boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 390, 'the sheet fits');
    await offer(page, 'Map memory').tap();
    await palette(page).getByRole('button', { name: 'Run' }).first().tap();
    await written(page, STORY[1]);
    await act.tap();
    await chip(page, 'Memory', 'heap').tap();
    await offer(page, 'Write every page').tap();
    await written(page, STORY[2]);
    await act.tap();
    await offer(page, 'Fork').tap();
    await written(page, STORY[3]);

    await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: 'Spaces' }).tap();
    const heap = await page.getByRole('slider', { name: 'heap of B' }).boundingBox();
    assert.ok(heap);
    // A long press: a finger that stays.
    const touch = await page.context().newCDPSession(page);
    const touchPoints = [{ x: heap.x + 8, y: heap.y + 8 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await palette(page).waitFor();
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await offer(page, 'Write a number').tap();
    await palette(page).getByRole('button', { name: 'Run' }).first().tap();
    await written(page, STORY[4]);
    assert.match(await sentence(page), /writes/);
    const [wide, all] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= all, 'nothing scrolls sideways');
  });
});

test('a line in between: what comes later runs again, or is dropped until it is undone', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/new?template=fork');
    await page.keyboard.press('End');
    await page.keyboard.press('b');
    const field = palette(page).getByRole('textbox', { name: 'Or write a line' });
    await field.fill('A: B = fork()');
    await page.keyboard.press('Enter');
    await written(page, 'A: B = fork()');

    // Before the fork: A writes once more.
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('b');
    await field.fill('A: *heap = 5');
    await page.keyboard.press('Enter');
    await written(page, 'A: *heap = 5');
    assert.match(await bar(page).innerText(), /in between/);
    await page.keyboard.press('t');
    await page.locator('.cm-running', { hasText: 'A: *heap = 5' }).waitFor();
    assert.deepEqual((await lines(page)).slice(-2), ['A: *heap = 5', 'A: B = fork()']);

    // A ends before it forks: there is nobody to fork.
    await page.keyboard.press('b');
    await field.fill('A: exit(0)');
    await page.keyboard.press('Enter');
    await written(page, 'A: exit(0)');
    assert.match(await bar(page).innerText(), /dropped/);
    assert.deepEqual((await lines(page)).slice(-2), ['A: *heap = 5', 'A: exit(0)']);
    await page.keyboard.press('Control+z');
    await page.locator('.cm-line', { hasText: 'A: B = fork()' }).waitFor();
    assert.deepEqual((await lines(page)).slice(-2), ['A: *heap = 5', 'A: B = fork()']);
  });
});

/** Every line that the list offers at this moment, for every choice of process, memory and page. */
async function offered(page) {
  const found = new Set();
  const take = async () => {
    for (const line of await palette(page).locator('.offer code').allInnerTexts()) found.add(line);
  };
  const chips = async (row) =>
    palette(page).getByRole('group', { name: row, exact: true }).getByRole('button').all();
  for (const process of await chips('Process')) {
    await process.click();
    await take();
    for (const memory of await chips('Memory')) {
      await memory.click();
      await take();
      const [, first] = await chips('Page');
      if (!first) continue;
      await first.click();
      await take();
    }
  }
  return [...found];
}

test('every line that is offered at the end of every template runs', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'vmscope-offers-'));
  await vmscope.visit({}, async (page) => {
    const { templates } = await (await page.request.get('/api/v1/templates')).json();
    assert.ok(templates.length >= 8);
    for (const { id, text } of templates) {
      await openLab(page, `/new?template=${id}`);
      await page.keyboard.press('End');
      await page.keyboard.press('a');
      await palette(page).waitFor();
      const lines = await offered(page);
      assert.ok(lines.length >= 4, `${id} offers ${lines.length}`);
      for (const line of lines) {
        const file = path.join(dir, 'one.vms');
        await writeFile(file, `${text}${line}\n`);
        const { status, stderr } = spawnSync(program(), ['run', file], { encoding: 'utf8' });
        assert.equal(status, 0, `${id}: ${line}\n${stderr}`);
      }
    }
  });
  await rm(dir, { recursive: true });
});
