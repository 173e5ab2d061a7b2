// SPDX-License-Identifier: MIT
// A host, a projector screen and two phones: they follow through a reload, a lost connection and another
// scenario; one looks around on its own and comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, press, sentence, stepOf } from './lab.mjs';
import { house, launchBrowser, startServer } from './support.mjs';

const vmscope = house();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const wall = { viewport: { width: 1920, height: 1080 } };

/** Waits until a page is where the host is. */
async function arrives(page, host, what) {
  const [step, text] = [await stepOf(host), await sentence(host)];
  try {
    await page.waitForFunction(
      ([no, said]) =>
        document.querySelector('.narration .no')?.innerText === no &&
        document.querySelector('[data-testid="narration"]')?.innerText === said,
      [step, text],
      { timeout: 8000 },
    );
  } catch {
    assert.fail(`${what}: the host is at ${step}, the page at ${await stepOf(page)}`);
  }
}
const count = (page, n) =>
  page.locator('[data-testid="here"]', { hasText: `${n} here` }).waitFor({ timeout: 8000 });
const said = (page, text) => page.locator('.bar [role="status"]', { hasText: text }).waitFor();

/** Connections of a page that can be cut. */
async function cuttable(page) {
  const line = { cut: false, sockets: new Set() };
  await page.routeWebSocket(/\/api\/v1\/ws/, (socket) => {
    if (line.cut) {
      void socket.close({ code: 1001 });
      return;
    }
    const server = socket.connectToServer();
    line.sockets.add({ socket, server });
  });
  return {
    cut() {
      line.cut = true;
      for (const { socket, server } of line.sockets) {
        void socket.close({ code: 1001 });
        void server.close({ code: 1000 });
      }
      line.sockets.clear();
    },
    mend: () => (line.cut = false),
  };
}

test('a class follows its host through a reload, a lost connection and another scenario', async () => {
  await vmscope.visit({}, async (host) => {
    await openLab(host, `/s/${FORK}@3`);
    await host.getByRole('button', { name: 'Teach' }).click();
    const sheet = host.getByRole('dialog');
    const code = (await sheet.locator('.code').getAttribute('aria-label')).replace(/^.*code|\s/g, '');
    assert.match(code, /^[BCDFGHJKMNPQRSTVWXYZ]{6}$/);
    assert.equal(
      await sheet.getByRole('img', { name: 'QR' }).getAttribute('data-text'),
      `${vmscope.url}/c/${code}`,
    );
    await sheet.getByRole('button', { name: 'Close' }).click();
    assert.equal(new URL(host.url()).pathname, `/c/${code}`);
    assert.equal(new URL(host.url()).hash, '', 'the secret is not in the address bar');

    await vmscope.visit(wall, async (screen) => {
      await screen.goto(`/c/${code}?screen`);
      await arrives(screen, host, 'the projector');
      assert.equal(await screen.locator('html').getAttribute('data-theme'), 'projector');

      await vmscope.visit(phone, async (one) => {
        // By touch: the code is typed on the home page.
        await one.goto('/');
        await one.getByRole('textbox', { name: 'Room code' }).tap();
        await one.keyboard.type(` ${code.toLowerCase()}`);
        await one.getByRole('button', { name: 'Join' }).tap();
        await arrives(one, host, 'the first phone');

        await vmscope.visit(phone, async (two) => {
          const line = await cuttable(two);
          await two.goto(`/c/${code}`);
          await arrives(two, host, 'the second phone');
          await count(host, 3);
          await count(two, 3);

          for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'ArrowLeft']) {
            await press(host, key);
            for (const [name, page] of Object.entries({ screen, one, two }))
              await arrives(page, host, `${name} after ${key}`);
          }
          // The host has it in hand: neither keys nor the greyed buttons move a follower.
          await screen.keyboard.press('ArrowRight');
          assert.ok(await one.locator('.transport.large').evaluate((t) => t.inert));
          await arrives(screen, host, 'the projector after a key of its own');

          // On one's own, and back.
          await one.getByRole('button', { name: 'Leave' }).tap();
          await said(one, 'on your own');
          const alone = await stepOf(one);
          await press(host, 'Shift+ArrowRight');
          await arrives(two, host, 'the second phone');
          assert.equal(await stepOf(one), alone, 'who has left is not moved');
          await one.getByRole('button', { name: 'Back to live' }).tap();
          await arrives(one, host, 'the first phone, back');

          // The host reloads: same room, same place, still the host.
          const before = await stepOf(host);
          await host.reload();
          await said(host, 'You are teaching');
          assert.equal(await stepOf(host), before);
          await press(host, 'ArrowRight');
          for (const [name, page] of Object.entries({ screen, one, two }))
            await arrives(page, host, `${name} after the host's reload`);

          // A phone loses its connection, the others go on; then it lands where they are.
          line.cut();
          await count(host, 2);
          await press(host, 'Shift+ArrowRight');
          await arrives(one, host, 'the first phone');
          line.mend();
          await arrives(two, host, 'the second phone, connected again');
          await count(host, 3);
          await press(host, 'ArrowRight');
          await arrives(two, host, 'the second phone, following again');

          // Another scenario in the same room: everyone's laboratory is opened anew.
          await openLab(host, '/s/lib-demand-paging@2');
          await said(one, 'The host is away');
          await host.getByRole('button', { name: 'Teach' }).click();
          await sheet.getByRole('button', { name: 'Close' }).click();
          assert.equal(new URL(host.url()).pathname, `/c/${code}`);
          const title = await host.locator('h1').innerText();
          for (const page of [screen, one, two]) {
            await page.locator('h1', { hasText: title }).waitFor();
            await arrives(page, host, 'another scenario');
          }
          await press(host, 'ArrowRight');
          await arrives(screen, host, 'the projector in the other scenario');

          // The end.
          await host.getByRole('button', { name: 'Show code' }).click();
          await sheet.getByRole('button', { name: 'End the room' }).click();
          await sheet.getByRole('button', { name: 'Yes, end it' }).click();
          await said(one, 'The host has ended this room');
          await said(screen, 'The host has ended this room');
          await press(screen, 'ArrowRight'); // on one's own from here
        });
      });
    });
  });
});

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
    await said(host, 'the server was started anew. You are where you were');
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

test('a code that no room has is answered in words', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/c/');
    await page.getByRole('textbox', { name: 'Room code' }).fill('abc');
    await page.getByRole('button', { name: 'Join' }).click();
    assert.equal(new URL(page.url()).pathname, '/c/', 'three letters are no code');
  });
});
