// SPDX-License-Identifier: MIT
// The journeys that everybody must be able to make, each by mouse alone, by touch alone and by keyboard
// alone; docs/lab.md has them as a table. Five predictions are in predict.test.mjs, the same three ways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Hand, listen, MEANS } from './hand.mjs';
import { FORK, openLab, picture, samePicture, sentence, stepOf } from './lab.mjs';
import { arrives, count, cuttable, said } from './rooms.mjs';
import { house, root } from './support.mjs';

const vmscope = house();
const desk = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const small = (means) => (means === 'touch' ? phone : { viewport: phone.viewport });

const PREDICTIONS = 'answer five predictions';
const LESSON = 'a lesson through a reload and a lost connection';
const journeys = {
  'play and step back through copy-on-write': async (hand) => {
    const { page } = hand;
    await openLab(page, `/s/${FORK}@5.4`);
    const began = await stepOf(page);
    await hand.use(hand.seen('Play'), 'Space');
    await page.waitForFunction(
      (old) => document.querySelector('.narration .no')?.textContent !== old,
      began,
    );
    const pause = hand.seen('Pause');
    if ((await pause.count()) > 0) await hand.use(pause, 'Space');
    await hand.use(hand.seen('To the start'), 'Home');
    await page.locator('.narration .no', { hasText: 'start' }).waitFor();
    await openLab(page, `/s/${FORK}@6.10`);
    await hand.stepUntil(/copies frame/);
    const seen = await picture(page);
    assert.equal(await page.locator('.memory .grid path[stroke="var(--now)"]').count(), 2);
    await hand.step(-1);
    assert.doesNotMatch(await sentence(page), /copies frame/);
    await hand.step(1);
    assert.match(await sentence(page), /copies frame/);
    if (!hand.keys) return; // a focus is part of the picture
    samePicture(await picture(page), seen, 'back and on');
  },

  'find who maps a frame of libc': async (hand) => {
    const { page } = hand;
    await openLab(page, '/s/lib-shared-library@4');
    const detail = page.getByTestId('detail');
    const told = async () => ((await detail.count()) > 0 ? detail.innerText() : '');
    await hand.over(page.locator('.memory .grid .cells'), 16, 40, async () => {
      const said = await told();
      return /libc/.test(said) && /mapped by 2 pages/.test(said);
    });
    const lines = await detail.locator('li').allInnerTexts();
    assert.match(lines[0], /A\s*libc text/);
    assert.match(lines[1], /B\s*libc text/);
    await hand.use(detail.locator('li button').nth(1));
    assert.match(await told(), /page 0 of \/lib\/libc\.so\.6/);
    await hand.use(hand.seen('Let go of it'));
    await detail.waitFor({ state: 'hidden' });
  },

  'follow a walk over four levels': async (hand) => {
    const { page } = hand;
    await openLab(page, '/s/lib-multi-level-walk@4.16');
    await hand.view('Translation', 'Translate');
    const levels = [];
    for (let i = 0; i < 40 && levels.at(-1) !== 1; i++) {
      const [, level] = /^Level (\d): entry/.exec(await sentence(page)) ?? [];
      if (level && levels.at(-1) !== Number(level)) levels.push(Number(level));
      await hand.step();
    }
    assert.deepEqual(levels, [4, 3, 2, 1]);
  },

  "see a thread's stack overflow into its guard page": async (hand) => {
    const { page } = hand;
    await openLab(page, '/s/lib-frames-of-calls@72.2');
    await hand.view('Spaces');
    await hand.stepUntil(/SIGSEGV/);
    const guard = page.locator('.spaces .v.guard', { hasText: 'guard of T1' });
    assert.equal(await guard.locator('[data-anchor="page"]').count(), 1);
  },

  'zoom from 128 TiB to one entry and back': async (hand) => {
    const { page } = hand;
    await openLab(page, '/s/lib-frames-of-calls@40');
    await hand.view('Spaces');
    const here = page.locator('.spaces nav [aria-current]');
    for (const level of [/MiB$/, /table$/, /^page$/, /^entry$/]) {
      await hand.use(hand.seen('Zoom in'), '+');
      await here.filter({ hasText: level }).waitFor();
    }
    for (const level of [/^page$/, /table$/, /MiB$/, /^128 TiB$/]) {
      await hand.use(hand.seen('Zoom out'), '-');
      await here.filter({ hasText: level }).waitFor();
    }
  },

  'branch at a step and compare': async (hand) => {
    const { page } = hand;
    await openLab(page, `/s/${FORK}@7`);
    if (hand.means === 'touch') await hand.tool('Find, bookmarks, what if');
    await hand.use(hand.seen('What would happen if…'), 'w');
    await hand.type(page.getByLabel('another operation came here'), 'A: *heap = 9');
    await hand.use(hand.seen('Show both'), 'Enter');
    await page.waitForURL(/\/compare\?/);
    await page.locator('.bar .sum').waitFor();
    const where = () => page.locator('span.where').innerText();
    const before = await where();
    await hand.use(hand.seen('One step on'), 'ArrowRight');
    await page.waitForFunction(
      (old) => document.querySelector('span.where')?.innerText !== old,
      before,
    );
    await hand.use(hand.seen(/^Where do they/), 'n');
    await page.locator('.bar .sum').waitFor();
  },

  'share a link and open it elsewhere': async (hand) => {
    const { page } = hand;
    await openLab(page, `/s/${FORK}@6.9`);
    await hand.tool('Share');
    const sheet = page.getByRole('dialog', { name: 'Share this moment' });
    const field = sheet.getByRole('textbox', { name: 'Link' });
    await field.waitFor();
    const link = await field.inputValue();
    await hand.use(sheet.getByRole('button', { name: 'Copy' }));
    await sheet.getByText('Copied').waitFor();
    await hand.use(sheet.getByRole('button', { name: 'Close' }), 'Escape');
    await sheet.waitFor({ state: 'detached' });
    const seen = [await stepOf(page), await sentence(page)];
    await vmscope.visit(small(hand.means), async (other) => {
      await openLab(other, link);
      assert.deepEqual([await stepOf(other), await sentence(other)], seen);
    });
  },
};

test('docs/lab.md has every journey, and no other', () => {
  const docs = readFileSync(path.join(root, 'docs/lab.md'), 'utf8');
  const [, table] = /\n\| journey \|.*\n.*\n((?:\|.*\n)+)/.exec(docs) ?? [];
  const named = table.trimEnd().split('\n').map((row) => row.split('|')[1].trim());
  const predict = readFileSync(path.join(root, 'tests/e2e/predict.test.mjs'), 'utf8');
  for (const means of MEANS) assert.match(predict, new RegExp(`test\\('by ${means}`));
  const made = [...Object.keys(journeys), PREDICTIONS, LESSON];
  assert.deepEqual(named.sort(), made.sort());
});

for (const means of MEANS)
  test(`by ${means} alone: ${Object.keys(journeys).length} journeys`, async (t) => {
    await vmscope.visit(means === 'touch' ? phone : desk, async (page) => {
      const hand = new Hand(page, means, await listen(page.context()));
      for (const [name, journey] of Object.entries(journeys))
        await t.test(name, async () => {
          await journey(hand);
          hand.alone(name);
        });
    });
  });

/** A lesson: the host and the first phone are in the hands of people who have `means` alone. */
async function lesson(means, host, screen, one, two) {
  const hands = {};
  for (const [name, page] of Object.entries({ host, one }))
    hands[name] = new Hand(page, means, await listen(page.context()));
  const teacher = hands.host;
  const sheet = host.getByRole('dialog');
  await openLab(host, `/s/${FORK}@3`);
  await teacher.tool('Teach');
  const code = (await sheet.locator('.code').getAttribute('aria-label')).replace(/^.*code|\s/g, '');
  assert.match(code, /^[BCDFGHJKMNPQRSTVWXYZ]{6}$/);
  const qr = sheet.getByRole('img', { name: 'QR' });
  assert.equal(await qr.getAttribute('data-text'), `${vmscope.url}/c/${code}`);
  await teacher.use(sheet.getByRole('button', { name: 'Close' }));
  assert.equal(new URL(host.url()).pathname, `/c/${code}`);
  assert.equal(new URL(host.url()).hash, '', 'the secret is not in the address bar');

  const line = await cuttable(two);
  await Promise.all([screen.goto(`/c/${code}?screen`), two.goto(`/c/${code}`), one.goto('/')]);
  await hands.one.type(one.getByRole('textbox', { name: 'Room code' }), ` ${code.toLowerCase()}`);
  await hands.one.use(one.getByRole('button', { name: 'Join' }), 'Enter');
  const all = (what, but) =>
    Promise.all(
      Object.entries({ screen, one, two })
        .filter(([, page]) => page !== but)
        .map(([name, page]) => arrives(page, host, `${name} ${what}`)),
    );
  await all('at first');
  assert.equal(await screen.locator('html').getAttribute('data-theme'), 'projector');
  await Promise.all([count(host, 3), count(two, 3)]);
  for (const by of [1, 1, -1]) {
    await teacher.step(by);
    await all(`after ${by}`);
  }
  // The host has it in hand: neither keys nor the greyed buttons move a follower.
  await screen.keyboard.press('ArrowRight');
  assert.ok(await one.locator('.transport.large').evaluate((t) => t.inert));
  await arrives(screen, host, 'the projector after a key of its own');

  // On one's own, and back.
  await hands.one.use(one.getByRole('button', { name: 'Leave' }));
  await said(one, 'on your own');
  const alone = await stepOf(one);
  await teacher.step();
  await all('while the first phone is on its own', one);
  assert.equal(await stepOf(one), alone, 'who has left is not moved');
  await hands.one.use(one.getByRole('button', { name: 'Back to live' }));
  await arrives(one, host, 'the first phone, back');

  // The host reloads: same room, same place, still the host.
  const before = await stepOf(host);
  await host.reload();
  await said(host, 'You are teaching');
  assert.equal(await stepOf(host), before);
  await teacher.step();
  await all("after the host's reload");

  // A phone loses its connection, the others go on; then it lands where they are. Another one reloads.
  line.cut();
  await count(host, 2);
  await teacher.step();
  await all('without the second phone', two);
  line.mend();
  await one.reload();
  await all('connected again');
  await count(host, 3);
  await teacher.step();
  await all('following again');
  return { teacher, hands, sheet, code };
}

/** Another scenario in the same room: everyone's laboratory is opened anew. */
async function another({ sheet, code, teacher }, host, others) {
  await openLab(host, '/s/lib-demand-paging@2');
  await said(others[0], 'The host is away');
  await teacher.tool('Teach');
  await teacher.use(sheet.getByRole('button', { name: 'Close' }));
  assert.equal(new URL(host.url()).pathname, `/c/${code}`);
  const title = await host.locator('h1').innerText();
  for (const page of others) {
    await page.locator('h1', { hasText: title }).waitFor();
    await arrives(page, host, 'another scenario');
  }
  await teacher.step();
  await arrives(others[0], host, 'in the other scenario');
}

for (const means of MEANS)
  test(`by ${means} alone: ${LESSON}`, async () => {
    const tablet = { viewport: { width: 1024, height: 768 }, hasTouch: true, isMobile: true };
    const wall = { viewport: { width: 1920, height: 1080 } };
    await vmscope.visit(means === 'touch' ? tablet : desk, (host) =>
      vmscope.visit(wall, (screen) =>
        vmscope.visit(small(means), (one) =>
          vmscope.visit(small(means), async (two) => {
            const done = await lesson(means, host, screen, one, two);
            const { teacher, hands, sheet } = done;
            if (means === 'mouse') await another(done, host, [screen, one, two]);
            await teacher.use(host.getByRole('button', { name: 'Show code' }));
            await teacher.use(sheet.getByRole('button', { name: 'End the room' }));
            await teacher.use(sheet.getByRole('button', { name: 'Yes, end it' }));
            await said(one, 'The host has ended this room');
            await said(screen, 'The host has ended this room');
            await hands.one.step(); // on one's own from here
            teacher.alone('the host');
            hands.one.alone('a phone');
          }),
        ),
      ),
    );
  });
