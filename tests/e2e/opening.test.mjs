// SPDX-License-Identifier: MIT
// A run that cannot be opened: what was asked for, why, and the ways on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { house } from './support.mjs';

const vmscope = house();

test('a mistyped id: the page says what was asked for, and leads to what was meant', async () => {
  await vmscope.visit({}, async (page) => {
    await page.goto('/s/lib-fork-cow@6');
    const box = page.locator('.not-opened');
    await box.locator('.near a').first().waitFor();
    const text = await box.innerText();
    for (const said of [/lib-fork-cow at step 6/, /there is no such scenario/, /another server/])
      assert.match(text, said);
    assert.equal(await page.getByRole('alert').count(), 1);
    await box.getByRole('link', { name: 'Fork and copy-on-write' }).click();
    await page.locator('[data-testid="narration"]').waitFor();
    assert.match(page.url(), /\/s\/lib-fork-copy-on-write$/);
    await page.goBack();
    await box.getByRole('link', { name: 'New scenario' }).click();
    await page.waitForURL('**/new');
    // A text that is wrong: what is found in it stands there, and the editor is one step away.
    await page.evaluate(() =>
      sessionStorage.setItem('vmscope.draft', 'vmscope 1\nA = strat empty\n'),
    );
    await page.goto('/lab?draft');
    await box.waitFor();
    assert.match(await page.locator('.messages').innerText(), /^2:\d+/m);
    await box.getByRole('link', { name: 'Mend the text' }).click();
    await page.locator('.cm-line').first().waitFor();
  });
});
