// SPDX-License-Identifier: MIT
// A person who has a mouse alone, a finger alone or a keyboard alone. Journeys act through a hand only; what
// the browser then hears is kept, and alone() fails when anything came by other means. Words are typed into
// fields by all three (a finger has the keyboard on the screen).
import assert from 'node:assert/strict';

export const MEANS = ['mouse', 'touch', 'keyboard'];

/** Of a context: all that real input says of itself, in every page. */
export async function listen(context) {
  const heard = new Set();
  await context.exposeBinding('__heard', (_, what) => heard.add(what));
  await context.addInitScript(() => {
    const say = (what) => window.__heard(what);
    const hear = (type, what) =>
      window.addEventListener(type, (event) => event.isTrusted && say(what(event)), true);
    hear('pointerdown', (event) => event.pointerType);
    hear('wheel', () => 'mouse');
    hear('keydown', ({ target }) =>
      target instanceof Element && target.matches('input, textarea') ? 'typed' : 'keyboard',
    );
  });
  return heard;
}

export class Hand {
  constructor(page, means, heard) {
    Object.assign(this, { page, means, heard });
  }
  get keys() {
    return this.means === 'keyboard';
  }
  /** Fails when anything else was used since the last time, or nothing was. */
  alone(who = 'the page') {
    const others = [...this.heard].filter((what) => what !== this.means && what !== 'typed');
    assert.deepEqual(others, [], `${who}: more than ${this.means}`);
    assert.ok(this.heard.size > 0, `${who}: nothing was used`);
    this.heard.clear();
  }

  /** The one of this name that can be seen. */
  seen(name, role = 'button') {
    return this.page
      .getByRole(role, { name, exact: typeof name === 'string' })
      .locator('visible=true')
      .first();
  }

  /** Tab, or Shift and Tab when it lies before, until it has the focus. */
  async tabTo(target) {
    const node = await target.elementHandle();
    const there = () => node.evaluate((one) => one === document.activeElement);
    const before = await node.evaluate((one) => {
      const here = document.activeElement ?? document.body;
      return (here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
    });
    const key = before ? 'Shift+Tab' : 'Tab';
    for (let i = 0; i < 150; i++) {
      if (await there()) return;
      await this.page.keyboard.press(key);
    }
    assert.fail(`Tab does not reach ${target}`);
  }

  /** Presses a button or follows a link; `key` is the page's own key for it. */
  async use(target, key) {
    if (this.means === 'mouse') await target.click();
    else if (this.means === 'touch') await target.tap();
    else if (key) await this.page.keyboard.press(key);
    else {
      await target.waitFor();
      await this.tabTo(target);
      await this.page.keyboard.press('Enter');
    }
  }
  /** Writes into a field, where `there`: that already has the focus. */
  async type(field, text) {
    await field.waitFor();
    const there = await field.evaluate((one) => one === document.activeElement);
    if (this.keys && !there) await this.tabTo(field);
    else if (!this.keys) await this.use(field);
    if (this.means === 'touch') await this.page.keyboard.insertText(text);
    else await this.page.keyboard.type(text);
  }
  /** A tool of the header, from its menu where it has no button. */
  async tool(name, key) {
    const button = this.seen(name);
    if ((this.keys && key) || (await button.count()) > 0) {
      await this.use(button, key);
      return;
    }
    await this.use(this.seen('More tools'));
    const item = this.seen(name, 'menuitem');
    await item.waitFor();
    if (!this.keys) await this.use(item);
    else {
      for (let i = 0; i < 20; i++) {
        if (await item.evaluate((one) => one === document.activeElement)) break;
        await this.page.keyboard.press('ArrowDown');
      }
      await this.page.keyboard.press('Enter');
    }
  }
  /** A view: its tab beside the others of its place, or below on a phone. */
  async view(name, short = name) {
    const below = this.page.getByRole('navigation', { name: 'Panels' });
    if (!(await below.isVisible())) {
      await this.use(this.page.locator('.ph').getByRole('button', { name, exact: true }));
      return;
    }
    const tab = below.getByRole('button', { name: short, exact: true });
    if (!(await tab.isVisible())) await this.use(below.getByRole('button', { name: 'More views' }));
    await this.use(tab);
  }
  /** One micro-step on or back, and waits until it is on screen. */
  async step(by = 1) {
    const no = this.page.locator('.narration .no');
    const before = await no.textContent();
    await this.use(this.seen(by > 0 ? 'One step on' : 'One step back'), by > 0 ? 'ArrowRight' : 'ArrowLeft');
    await this.page.waitForFunction(
      (old) => document.querySelector('.narration .no')?.textContent !== old,
      before,
    );
  }
  /** Steps until the sentence fits. */
  async stepUntil(pattern, by = 1, most = 60) {
    const sentence = this.page.locator('[data-testid="narration"]');
    for (let i = 0; i < most; i++) {
      if (pattern.test(await sentence.innerText())) return;
      await this.step(by);
    }
    assert.fail(`no step says ${pattern}`);
  }
  /** Over the cells of a picture, one after the other from `first`, until `found`. The cell it was. */
  async over(cells, first, count, found) {
    if (this.keys) {
      await this.tabTo(cells);
      await this.page.keyboard.press('Home');
      for (let i = 0; i < first; i++) await this.page.keyboard.press('ArrowRight');
    }
    const box = await cells.boundingBox();
    const all = Number(await cells.getAttribute('aria-valuemax')) + 1;
    const pitch = box.width / Math.min(all, 16);
    for (let i = first; i < first + count; i++) {
      const at = [box.x + pitch * ((i % 16) + 0.4), box.y + pitch * (Math.floor(i / 16) + 0.4)];
      if (this.means === 'mouse') await this.page.mouse.move(...at);
      else if (this.means === 'touch') await this.page.touchscreen.tap(...at);
      else if (i > first) await this.page.keyboard.press('ArrowRight');
      if (!(await found())) continue;
      if (this.means === 'mouse') await this.page.mouse.click(...at);
      else if (this.keys) await this.page.keyboard.press('Enter');
      return i;
    }
    return assert.fail('no cell is the one');
  }
}
