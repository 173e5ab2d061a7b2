// SPDX-License-Identifier: MIT
// The Lab without a mouse, and the Lab in a hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, press, stepOf } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();

test('from the home page to every move of the Lab by keyboard alone', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/');
    await page.getByText('Library').first().waitFor();
    const card = page.getByRole('link', { name: 'Watch a page being copied' });
    await card.waitFor();
    let reached = false;
    for (let i = 0; i < 80 && !reached; i++) {
      await page.keyboard.press('Tab');
      reached = await card.evaluate((link) => link === document.activeElement);
    }
    assert.ok(reached, 'Tab reaches the scenario');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid="narration"]').waitFor();
    assert.equal(await stepOf(page), 'start');

    await press(page, 'ArrowRight');
    assert.match(await stepOf(page), /^step 1 · 1\//);
    await press(page, 'Shift+ArrowRight');
    await press(page, 'Shift+ArrowRight');
    const three = await stepOf(page);
    assert.match(three, /^step [23]/);
    await press(page, 'ArrowLeft');
    await press(page, 'ArrowRight');
    assert.equal(await stepOf(page), three);
    await press(page, 'Shift+ArrowLeft');
    await press(page, 'End');
    assert.match(await stepOf(page), /^step 10/);
    await press(page, 'Home');
    assert.equal(await stepOf(page), 'start');

    await press(page, 'Space');
    await page.getByRole('button', { name: 'Pause' }).first().waitFor();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play' }).first().waitFor();

    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    assert.match(await help.innerText(), /one micro-step on or back/);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });

    const more = page.getByRole('button', { name: 'More tools' });
    const hasFocus = (item) => item.evaluate((node) => node === document.activeElement);
    await more.focus();
    await page.keyboard.press('Enter');
    const items = page.getByRole('menuitem').and(page.locator(':visible'));
    await items.first().waitFor();
    assert.ok(await hasFocus(items.first()), 'the menu has the focus');
    await page.keyboard.press('ArrowUp');
    assert.ok(await hasFocus(items.last()), 'arrows go round');
    await page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'detached' });
    assert.ok(await hasFocus(more), 'and Escape back');
  });
});

test('on a phone the panels are tabs, and nothing scrolls sideways', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await vmscope.visit(phone, async (page) => {
    const fits = async (where) => {
      const [wide, all] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(wide <= all, `${where}: ${wide} px in ${all}`);
      assert.equal(all, 390, where);
    };
    await page.goto('/');
    await page.getByRole('link', { name: 'Fork and copy-on-write' }).first().waitFor();
    await fits('home');
    await openLab(page, `/s/${FORK}@6.9`);
    const tabs = page.getByRole('navigation', { name: 'Panels' });
    for (const [tab, panel] of [
      ['Spaces', 'Address spaces'],
      ['Translate', 'Translation'],
      ['Memory', 'Physical memory'],
      ['Text', 'Scenario text'],
    ]) {
      const button = tabs.getByRole('button', { name: tab === 'Text' ? /Text|text/ : tab });
      if (!(await button.isVisible())) await tabs.getByRole('button', { name: 'More views' }).tap();
      await button.tap();
      const region = page.getByRole('region', { name: panel });
      await region.waitFor();
      const box = await region.boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 390, `${panel} fits`);
      await fits(tab);
    }
    const before = await stepOf(page);
    await page.locator('.phone').getByRole('button', { name: 'One step on' }).tap();
    await page.waitForFunction(
      (old) => document.querySelector('.narration .no')?.textContent !== old,
      before,
    );
    await page.goto('/edit');
    await page.locator('.cm-content').waitFor();
    await fits('editor');
  });
});
