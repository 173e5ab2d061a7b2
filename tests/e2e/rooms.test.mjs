// SPDX-License-Identifier: MIT
// A host, a projector screen and two phones: they follow through a reload, a lost connection and another
// scenario; one looks around on its own and comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, press, sentence, stepOf } from './lab.mjs';
import { house } from './support.mjs';

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
