// SPDX-License-Identifier: MIT
// One button gives a link; another browser profile opens the same picture from it. A changed text travels in
// the link and is stored nowhere, or is saved first, and then only who saved it may change it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORK, openLab, picture, press, samePicture, sentence, stepOf } from './lab.mjs';
import { house } from './support.mjs';

const vmscope = house();
const sheetOf = (page) => page.getByRole('dialog', { name: 'Share this moment' });

async function linkOf(page) {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const field = sheetOf(page).getByRole('textbox', { name: 'Link' });
  await field.waitFor();
  const link = await field.inputValue();
  assert.equal(await sheetOf(page).getByRole('img').getAttribute('data-text'), link);
  return link;
}
const close = (page) => sheetOf(page).getByRole('button', { name: 'Close' }).click();

test('a link to a step opens the same picture in another profile', async () => {
  let link, seen;
  await vmscope.visit({}, async (page) => {
    await openLab(page, `/s/${FORK}@6`);
    for (let i = 0; i < 5; i++) await press(page, 'ArrowRight');
    link = await linkOf(page);
    assert.match(link, new RegExp(`/s/${FORK}@\\d+\\.\\d+$`));
    await close(page);
    seen = await picture(page);
  });
  await vmscope.visit({}, async (page) => {
    await openLab(page, link);
    samePicture(await picture(page), seen, 'from the link');
  });
});

test('a changed text travels in the link; nothing is stored; by keyboard alone', async () => {
  let link, where;
  const stored = async (page) =>
    (await (await page.request.get('/api/v1/scenarios?library=false')).json()).scenarios.length;
  await vmscope.visit({}, async (page) => {
    await openLab(page, `/s/${FORK}@8`);
    const before = await stored(page);
    await page.keyboard.press('b');
    await page.waitForFunction(() => document.activeElement?.matches('input'));
    await page.keyboard.type('A: store(heap, 1 page)');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      document.querySelector('.narration .no')?.textContent?.includes('9'),
    );
    where = [await stepOf(page), await sentence(page)];
    const share = page.getByRole('button', { name: 'Share', exact: true });
    await share.focus();
    await page.keyboard.press('Enter');
    const field = sheetOf(page).getByRole('textbox', { name: 'Link' });
    await field.waitFor();
    link = await field.inputValue();
    assert.match(link, /\/lab\?at=[\d.]+#t=[\w-]+$/);
    assert.ok(link.length <= 2000);
    assert.equal(await stored(page), before);
    await page.keyboard.press('Escape');
  });
  await vmscope.visit({ viewport: { width: 390, height: 844 }, hasTouch: true }, async (page) => {
    await openLab(page, link);
    assert.deepEqual([await stepOf(page), await sentence(page)], where);
    await page.reload();
    await page.locator('[data-testid="narration"]').waitFor();
    assert.equal(await stepOf(page), where[0]);
  });
});

test('saved first, the link is short; only who saved it may change it', async () => {
  let link, id;
  const may = async (page, token) =>
    (
      await page.request.put(`/api/v1/scenarios/${id}`, {
        data: { text: 'vmscope 1\n' },
        headers: token ? { Authorization: `Bearer ${token}` } : {},
      })
    ).status();
  const tokens = (page) =>
    page.evaluate(() => JSON.parse(localStorage.getItem('vmscope.tokens') ?? '{}'));
  await vmscope.visit({}, async (page) => {
    await openLab(page, `/s/${FORK}@8`);
    await page.keyboard.press('b');
    await page.waitForFunction(() => document.activeElement?.matches('input'));
    await page.keyboard.type('A: store(heap, 1 page)');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      document.querySelector('.narration .no')?.textContent?.includes('9'),
    );
    await linkOf(page);
    await sheetOf(page).getByRole('button', { name: 'Save and make a short link' }).click();
    await sheetOf(page).getByText('Saved.').waitFor();
    link = await sheetOf(page).getByRole('textbox', { name: 'Link' }).inputValue();
    id = /\/s\/([\w-]+)@[\d.]+$/.exec(link)?.[1];
    assert.ok(id);
    assert.equal(typeof (await tokens(page))[id], 'string');
  });
  await vmscope.visit({}, async (page) => {
    await openLab(page, link);
    assert.equal((await tokens(page))[id], undefined);
    assert.equal(await may(page), 403);
  });
});

test('a link that was cut off is told, not guessed', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/lab#t=eNpLTEpOSU0DAAgXAkI');
    await page.getByText('cannot be read').waitFor();
  });
});
