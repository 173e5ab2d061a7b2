// SPDX-License-Identifier: MIT
// What a host writes is written for all; a server that is started anew; who comes late. A lesson through a
// reload and a lost connection, by every means, is in journeys.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, press, sentence, stepOf } from './lab.mjs';
import { arrives, count, said } from './rooms.mjs';
import { house, launchBrowser, startServer } from './support.mjs';

const vmscope = house();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const wall = { viewport: { width: 1920, height: 1080 } };

const palette = (page) => page.getByRole('dialog', { name: 'What happens next?' });
/** The host writes a line by the field of the list. */
async function writes(host, line) {
  await host.keyboard.press('b');
  await palette(host).getByRole('textbox', { name: 'Or write a line' }).waitFor();
  await host.keyboard.type(line);
  await host.keyboard.press('Enter');
  await palette(host).waitFor({ state: 'detached' });
  await written(host, line);
}
const written = (page, line) =>
  page.locator('.stage > .bar code', { hasText: line }).filter({ visible: true }).waitFor();
const runs = (page, line) => page.locator('.cm-running', { hasText: line }).waitFor({ timeout: 8000 });

test('what the host does is a line for all: touched, undone, reloaded, late, edited', async () => {
  await vmscope.visit({}, async (host) => {
    await openLab(host, `/s/${FORK}@7`);
    await host.getByRole('button', { name: 'Teach' }).click();
    await host.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const path = new URL(host.url()).pathname;
    const told = async () => (await host.request.get(`/api/v1/classrooms/${path.slice(3)}`)).json();
    await vmscope.visit(wall, async (screen) => {
      await screen.goto(`${path}?screen`);
      await vmscope.visit(phone, async (one) => {
        await one.goto(path);
        await vmscope.visit(phone, async (two) => {
          await two.goto(path);
          await count(host, 3);
          const all = Object.entries({ screen, one, two });
          for (const [name, page] of all) await arrives(page, host, name);
          // Nobody else can do anything.
          for (const [name, page] of all) {
            assert.equal(await page.getByRole('button', { name: 'Do', exact: true }).count(), 0, name);
            await page.keyboard.press('b');
            assert.equal(await palette(page).count(), 0, name);
          }
          // What must stay: the panel that was chosen, how far it was scrolled, the very elements.
          await one.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: 'Spaces' }).tap();
          await screen.locator('.memory').evaluate((node) => (node.dataset.same = 'yes'));
          await one.evaluate(() => {
            window.blanks = 0;
            new MutationObserver(() => {
              if (!document.querySelector('.spaces') || !document.querySelector('.narration .no'))
                window.blanks++;
            }).observe(document.body, { childList: true, subtree: true });
          });

          const heap = host.getByRole('slider', { name: 'heap of B' });
          const { epoch } = await told();
          await heap.click({ button: 'right', position: { x: 6, y: 6 } });
          await palette(host).locator('.offer', { hasText: 'Read' }).first().click();
          await host.locator('.stage > .bar code').filter({ visible: true }).waitFor();
          const touched = await host.locator('.stage > .bar code').innerText();
          assert.match(touched, /heap/);
          assert.ok((await told()).epoch > epoch, 'the epoch has risen');
          for (const [name, page] of all) await arrives(page, host, `${name} after a touch`);
          assert.match((await told()).text, new RegExp(touched.replace(/[*()[\]]/g, '\\$&')));
          assert.equal(await screen.locator('.memory').getAttribute('data-same'), 'yes');
          assert.ok(await one.locator('.panel.spaces').isVisible(), 'the panel that was chosen');
          assert.equal(await one.evaluate(() => window.blanks), 0, 'nothing was blank meanwhile');

          // A reload of a phone right after; somebody who comes late.
          await writes(host, 'A: *heap = 9');
          await one.reload();
          for (const [name, page] of all) await arrives(page, host, `${name} after a line`);
          await vmscope.visit(phone, async (late) => {
            await late.goto(path);
            await arrives(late, host, 'who comes late');
          });

          // One who looks around is told, and stays; then it comes back to the new text.
          await two.getByRole('button', { name: 'Leave' }).tap();
          await host.keyboard.press('Control+z');
          await host.locator('.stage > .bar', { hasText: 'Undone' }).waitFor();
          await said(two, 'The host has changed the scenario');
          for (const page of [screen, one]) await arrives(page, host, 'after undo');
          assert.doesNotMatch((await told()).text, /heap = 9/);
          await two.getByRole('button', { name: 'Back to live' }).tap();
          await arrives(two, host, 'back on the new text');
          await host.keyboard.press('Control+y');
          await host.locator('.stage > .bar', { hasText: 'again' }).waitFor();
          for (const [name, page] of all) await arrives(page, host, `${name} after redo`);

          // In between, as a branch that is tried and dropped: the others see the end of it only.
          await press(host, 'Shift+ArrowLeft');
          await writes(host, 'A: exit(0)');
          for (const [name, page] of all) await arrives(page, host, `${name} after a branch`);
          await screen.keyboard.press('t');
          await runs(screen, 'A: exit(0)');

          // A copy of one's own: there all can be done, and the room does not change.
          await two.getByRole('button', { name: 'Leave' }).tap();
          await two.getByRole('button', { name: 'Take a copy' }).tap();
          await two.locator('.top').getByRole('button', { name: 'Do', exact: true }).waitFor();
          assert.match(await stepOf(two), /^step/);
          await count(host, 2);

          // By way of the editor: the class gets the text that comes back from it.
          await host.keyboard.press('t');
          await host.getByRole('link', { name: 'Edit' }).click();
          await said(one, 'The host is away');
          await host.locator('.cm-line', { hasText: 'A: exit(0)' }).click();
          await host.keyboard.press('End');
          await host.keyboard.type('\nB: *heap = 5\n');
          await host.getByRole('button', { name: 'Run in the Lab' }).click();
          await said(host, 'You are teaching');
          await host.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
          assert.equal(new URL(host.url()).pathname, path);
          await host.keyboard.press('End');
          for (const page of [screen, one]) await arrives(page, host, 'after the editor');
          await runs(screen, 'B: *heap = 5');
        });
      });
    });
  });
});

test('the server is started anew: everybody is told, and the host opens the room again', async () => {
  // Not a house: a browser says on its console that nobody answers.
  let server = await startServer();
  const { url } = server;
  const browser = await launchBrowser();
  try {
    const open = async (options, path) => {
      const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(15000);
      await context.addInitScript(() => localStorage.setItem('vmscope.everything', 'yes'));
      const page = await context.newPage();
      await openLab(page, path);
      return page;
    };
    const host = await open({ viewport: { width: 1440, height: 900 } }, `/s/${FORK}@7`);
    const sheet = host.getByRole('dialog');
    await host.getByRole('button', { name: 'Teach' }).click();
    await sheet.getByRole('button', { name: 'Close' }).click();
    const path = new URL(host.url()).pathname;
    const one = await open(phone, path);
    await writes(host, 'A: *heap = 9');
    await arrives(one, host, 'before');
    const [step, text] = [await stepOf(host), await sentence(host)];

    await server.stop();
    server = await startServer(['--listen', `127.0.0.1:${new URL(url).port}`]);
    await said(one, 'This room is gone: the server was started anew');
    await said(host, 'the server was started anew. The others need a new code');
    assert.deepEqual([await stepOf(host), await sentence(host)], [step, text]);
    await host.getByRole('button', { name: 'Open the room anew' }).click();
    await sheet.getByRole('button', { name: 'Close' }).click();
    const again = new URL(host.url()).pathname;
    assert.match(again, /^\/c\/[A-Z]{6}$/);
    assert.notEqual(again, path);
    await one.getByRole('link', { name: 'Type another code' }).tap();
    await one.getByRole('textbox', { name: 'Room code' }).tap();
    await one.keyboard.type(again.slice(3));
    await one.getByRole('button', { name: 'Join' }).tap();
    await arrives(one, host, 'in the new room');
    assert.deepEqual([await stepOf(host), await sentence(host)], [step, text]);
    await host.keyboard.press('Control+z');
    await host.locator('.stage > .bar', { hasText: 'Undone' }).waitFor();
    await arrives(one, host, 'after undo in the new room');

    // Again, and this time the host loads the page anew before it looks.
    const seen = [await stepOf(host), await sentence(host)];
    await server.stop();
    server = await startServer(['--listen', `127.0.0.1:${new URL(url).port}`]);
    await host.reload();
    await host.getByRole('button', { name: 'Open the room anew' }).click();
    await said(host, 'You are teaching');
    await sheet.getByRole('button', { name: 'Close' }).click();
    assert.match(new URL(host.url()).pathname, /^\/c\/[A-Z]{6}$/);
    assert.notEqual(new URL(host.url()).pathname, again);
    assert.deepEqual([await stepOf(host), await sentence(host)], seen);
  } finally {
    await browser.close();
    await server.stop();
  }
});

test('who comes late lands where the host is; what is selected is selected for all', async () => {
  await vmscope.visit({}, async (host) => {
    await openLab(host, `/s/${FORK}@5`);
    await host.getByRole('button', { name: 'Teach' }).click();
    await host.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const path = new URL(host.url()).pathname;
    for (let i = 0; i < 3; i++) await press(host, 'ArrowRight');
    await vmscope.visit(phone, async (late) => {
      await late.goto(path);
      await arrives(late, host, 'who comes late');
      await late.reload();
      await arrives(late, host, 'who comes again');
    });
    const told = async () => (await host.request.get(`/api/v1/classrooms/${path.slice(3)}`)).json();
    const before = await told();
    assert.equal(before.selection, null);
    await host.locator('.memory [role="slider"]').first().focus();
    await host.keyboard.press('ArrowRight');
    await host.keyboard.press('Enter');
    for (let i = 0; i < 50 && (await told()).selection === null; i++) await host.waitForTimeout(50);
    const { selection } = await told();
    assert.match(selection ?? '', /^(frame|page) \d+/);
  });
});

test('a text that is longer than a message stays with the host, who is told', async () => {
  await vmscope.visit({}, async (host) => {
    const head = 'vmscope 1\nA = start empty\nA: heap = mmap(1 page, rw, private)\n';
    const most = 65000 - JSON.stringify({ type: 'show', text: head, set: {} }).length - 13;
    await host.goto('/');
    await host.evaluate((text) => sessionStorage.setItem('vmscope.draft', text), `${head}#${'x'.repeat(most)}\n`);
    await openLab(host, '/lab?draft&at=2');
    await host.getByRole('button', { name: 'Teach' }).click();
    await host.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const told = async () =>
      (await host.request.get(`/api/v1/classrooms/${new URL(host.url()).pathname.slice(3)}`)).json();
    await said(host, 'You are teaching');
    await writes(host, 'A: *heap = 1');
    await said(host, 'too long for a room');
    assert.doesNotMatch((await told()).text, /heap = 1/);
    await host.keyboard.press('Control+z');
    await said(host, 'You are teaching');
    await writes(host, '# fits');
    await said(host, 'You are teaching');
    for (let i = 0; i < 50 && !/# fits/.test((await told()).text ?? ''); i++) await host.waitForTimeout(50);
    assert.match((await told()).text, /# fits/);
  });
});

test('a code that no room has is answered in words', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/c/');
    await page.getByRole('textbox', { name: 'Room code' }).fill('abc');
    await page.getByRole('button', { name: 'Join' }).click();
    assert.equal(new URL(page.url()).pathname, '/c/', 'three letters are no code');
  });
});
