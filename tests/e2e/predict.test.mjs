// SPDX-License-Identifier: MIT
// Ask me first: five predictions by mouse, by keyboard alone and by touch, wrong ones too; while a
// question is open nothing of its answer is on the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const question = (page) => page.getByTestId('question');
const verdict = (page) => page.getByTestId('verdict');
const seen = (page, name) => page.getByRole('button', { name }).locator('visible=true').first();
const score = (page) => page.getByTestId('score').innerText();

/** Waits for the verdict on an answer; its words. */
async function told(page) {
  await verdict(page).filter({ hasText: /Right|Not this time|Skipped/ }).waitFor();
  return verdict(page).innerText();
}
async function asked(page, pattern) {
  await question(page).filter({ hasText: pattern }).waitFor();
}
/** The middle of a frame's cell on screen; the grid is 16 wide, or as many as there are. */
async function middleOf(page, frame) {
  const cells = page.locator('.memory .grid .cells');
  const box = await cells.boundingBox();
  const count = Number(await cells.getAttribute('aria-valuemax')) + 1;
  const pitch = box.width / Math.min(count, 16);
  return [box.x + pitch * (frame % 16) + pitch * 0.4, box.y + pitch * 0.4];
}

test('by mouse: five predictions, one of them wrong, and nothing of the answer before it', async () => {
  await vmscope.visit({}, async (page) => {
    const said = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => said.push(String(payload))),
    );
    await openLab(page, `/s/${FORK}`);
    said.length = 0;
    await seen(page, 'Ask me first').click();
    await seen(page, 'Go there').click();
    await asked(page, 'How many free frames');
    await page.locator('.predict input').fill('0');
    await seen(page, 'Answer').click();
    assert.match(await told(page), /^Right\. It is 0\./);
    await seen(page, 'Next question').click();

    await asked(page, 'lead to');
    await seen(page, 'no fault').click();
    assert.match(await told(page), /^Right/);
    await seen(page, 'Next question').click();

    await asked(page, 'forks');
    await page.locator('.predict input').fill('2');
    await seen(page, 'Answer').click();
    assert.match(await told(page), /^Not this time\. It is 4\./);
    await seen(page, 'Next question').click();

    // The scenario's own question. Its answer is nowhere: not on the page, not on the wire.
    await asked(page, 'What will B');
    const whole = await page.evaluate(() => document.documentElement.outerHTML);
    for (const text of [whole, ...said]) {
      assert.doesNotMatch(text, /The last owner writes|copies frame|expect fault cow/);
    }
    assert.equal(await seen(page, 'One step on').isDisabled(), true);
    await page.keyboard.press('n');
    await page.keyboard.press('End');
    await asked(page, 'What will B');
    await seen(page, 'copy-on-write: a page is copied').click();
    assert.match(await told(page), /^Right/);
    // The verdict stands there before the picture has moved to where it is seen.
    await page.getByTestId('narration').filter({ hasText: 'copy-on-write' }).waitFor();
    await seen(page, 'Next question').click();

    await asked(page, 'Is it copied again');
    await seen(page, 'a minor fault: no disk, no copy').click();
    assert.match(await told(page), /^Right/);
    assert.equal(await score(page), '4 of 5 right');
    await seen(page, 'Stop asking').click();
    await page.waitForFunction(() => /of 10/.test(document.querySelector('.step')?.textContent));
  });
});

test('by keyboard alone: numbers, a word, an address, a thread', async () => {
  await vmscope.visit({}, async (page) => {
    await openLab(page, '/s/lib-three-ways-into-the-kernel');
    const type = async (text) => {
      await page.waitForFunction(() => document.activeElement?.matches('.predict input'));
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    };
    const next = async () => {
      await page.waitForFunction(() => document.activeElement?.matches('.predict .btn.filled'));
      await page.keyboard.press('Enter');
    };
    const choose = async (n) => {
      await page.waitForFunction(() => document.activeElement?.matches('.predict .choices .btn'));
      for (let i = 0; i < n; i++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    };
    await page.keyboard.press('q');
    await next();
    await asked(page, 'How many free frames');
    await type('7');
    assert.match(await told(page), /^Not this time\. It is 0/);
    await next();
    await asked(page, 'lead to');
    await choose(1);
    assert.match(await told(page), /^Right\. It is a minor fault/);
    await next();
    await asked(page, 'Which physical address');
    await type('0x14000');
    assert.match(await told(page), /^Right\. It is 0x14000/);
    await next();
    await asked(page, 'Which thread runs next');
    await choose(0);
    assert.match(await told(page), /It is A/);
    await next();
    await asked(page, 'How many free frames');
    await type('1');
    assert.match(await told(page), /^Right/);
    await next();
    await question(page).waitFor();
    assert.match(await score(page), /of 5 right/);
    const here = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    for (let i = 0; i < 8 && (await here()) !== 'Stop asking'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await question(page).waitFor({ state: 'detached' });
  });
});

test('by touch on a phone: which frame goes is answered in the picture', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    await openLab(page, '/s/lib-swapping');
    await seen(page, 'Ask me first').tap();
    await seen(page, 'Go there').tap();
    let frames = 0;
    for (let i = 0; i < 5; i++) {
      await question(page).waitFor();
      if (/Which (page must go|one goes)/.test(await question(page).innerText())) {
        // Frames that may go bear corners, and the cursor stands on the first of them.
        await page.locator('.memory .grid .cells.asked path.corner').waitFor({ state: 'attached' });
        const cells = page.locator('.memory .grid .cells');
        assert.match(await cells.getAttribute('aria-valuetext'), /^May be the answer: .*4/);
        await page.touchscreen.tap(...(await middleOf(page, 4)));
        await seen(page, 'Answer frame 0x4').tap();
        frames++;
      } else if (await page.locator('.predict input').count()) {
        await page.locator('.predict input').fill('1');
        await seen(page, /^Answer/).tap();
      } else {
        await page.locator('.predict .choices .btn').first().tap();
      }
      await told(page);
      if (i < 4) await seen(page, 'Next question').tap();
    }
    assert.ok(frames > 0);
    assert.match(await score(page), /of 5 right/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `scrolls sideways: ${wide}`);
  });
});

test('a lost connection: the same question is asked again where it was', async () => {
  await vmscope.visit({}, async (page) => {
    await page.routeWebSocket(/ws/, (route) => {
      const server = route.connectToServer();
      page.evaluate(() => undefined);
      page.cut = () => {
        server.close();
        route.close({ code: 1012 });
      };
    });
    await openLab(page, `/s/${FORK}`);
    await seen(page, 'Ask me first').click();
    await seen(page, 'Go there').click();
    await asked(page, 'How many free frames');
    page.cut();
    await page.waitForTimeout(1500);
    await asked(page, 'How many free frames');
    await page.locator('.predict input').fill('0');
    await seen(page, 'Answer').click();
    assert.match(await told(page), /^Right/);
  });
});

test('kinds are chosen and remembered; an address asks from the start; one step alone', async () => {
  await vmscope.visit({}, async (page) => {
    const said = [];
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => said.push(String(payload)));
    });
    // From the start, about two kinds: nothing beyond the question was ever told.
    await openLab(page, `/lab?scenario=${FORK}&ask=fault,copied,nonsense`);
    await verdict(page).filter({ hasText: 'no kind of question: nonsense' }).waitFor();
    await seen(page, 'Go there').click();
    await asked(page, 'lead to');
    assert.doesNotMatch(said.join(), /The last owner writes|expect fault cow/);

    // The menu: another kind, from here on; it is there again after a reload.
    await seen(page, '2 of 13 kinds').click();
    await page.getByLabel('From address to frame').check();
    await page.getByLabel('Faults and copies').uncheck();
    await asked(page, /physical address|TLB|Which entry/);
    await openLab(page, `/lab?scenario=${FORK}&ask`);
    await seen(page, '3 of 13 kinds').click();
    assert.equal(await page.getByLabel('Faults and copies').isChecked(), false);
    await page.getByLabel('Faults and copies').check();
    for (const name of ['Frames that are taken', 'Who must leave memory', 'Who runs next'])
      await page.getByLabel(name).check();
    await seen(page, 'All kinds').waitFor();
    await seen(page, 'Stop asking').click();

    // Any step: within operation 5, about the one that comes next; then everything is told again.
    await openLab(page, `/s/${FORK}@3.2`);
    await page.keyboard.press('Shift+Q');
    await asked(page, 'lead to');
    await seen(page, 'no fault').click();
    assert.match(await told(page), /^Right/);
    await page.waitForFunction(() => /of 10/.test(document.querySelector('.step')?.textContent));
    await seen(page, 'Ask about the next step').click();
    await asked(page, 'forks');
    await seen(page, 'Skip').click();
    await told(page);
    await page.keyboard.press('ArrowRight');
    await verdict(page).waitFor({ state: 'detached' });
    await openLab(page, `/s/${FORK}@7`);
    await seen(page, 'Ask me about the next step').click();
    await verdict(page).filter({ hasText: 'Nothing can be asked about the next step' }).waitFor();
  });
});
