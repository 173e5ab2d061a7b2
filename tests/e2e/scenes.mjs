// SPDX-License-Identifier: MIT
// Every page and view once or more, for the tests that look at all of them: name (a view's is its id),
// address, what shows that it is there, and the buttons that lead from there to what is meant.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { quiet, root } from './support.mjs';

const LAB = '[data-testid="narration"]';
const COW = '/s/lib-fork-copy-on-write@6.9';
const CALLS = '/s/lib-frames-of-calls@40';
const side = (policy) =>
  new URLSearchParams({ scenario: 'lib-replacement', frames: '3', policy }).toString();

export const scenes = [
  ['home', '/', '.card-item'],
  ['new', '/new', 'main a, main button'],
  ['edit', '/edit/lib-fork-copy-on-write', '.cm-line'],
  [
    'compare',
    `/compare?${new URLSearchParams({ left: side('fifo'), right: side('opt') })}`,
    '.side',
  ],
  ['trace', '/string?s=1+2+3+4+1+2+5+1+2+3+4+5', 'svg'],
  ['room', '/c', 'main'],
  ['unknown', '/lab', 'main h1'],
  ['unopened', '/s/lib-fork-cow@6', '.near a'],
  ['spaces', `${COW}?view=spaces`, LAB],
  ['spaces', '/s/lib-private-stacks@8?view=spaces', LAB],
  ['spaces', '/s/lib-segmentation@6?view=spaces', LAB],
  ['spaces', `${CALLS}?view=spaces`, LAB, ['To scale']],
  ['spaces', `${CALLS}?view=spaces`, LAB, ['Zoom in']],
  ['spaces', `${CALLS}?view=spaces`, LAB, ['Zoom in', 'Zoom in']],
  ['spaces', `${CALLS}?view=spaces`, LAB, ['Zoom in', 'Zoom in', 'Zoom in']],
  ['spaces', `${CALLS}?view=spaces`, LAB, ['Zoom in', 'Zoom in', 'Zoom in', 'Zoom in']],
  ['spaces', `${CALLS}?view=spaces`, LAB, ['As a table']],
  ['text', `${COW}?view=text`, '.cm-line'],
  ['translation', `${COW}?view=translation`, LAB],
  ['translation', '/s/lib-multi-level-walk@6?view=translation', LAB],
  ['translation', '/s/lib-hashed-table@6?view=translation', LAB],
  ['translation', '/s/lib-segmentation@6?view=translation', LAB],
  ['translation', '/s/lib-buddy@8?view=translation', LAB],
  ['policy', '/s/lib-clock@12?view=policy', LAB],
  ['policy', '/s/lib-arc@14?view=policy', LAB],
  ['threads', '/s/lib-producer-consumer@12?view=threads', LAB],
  ['mappings', '/s/lib-my-program@11?view=mappings', LAB],
  ['calls', '/s/lib-my-program@20?view=calls', LAB],
  ['charts', '/s/lib-thrashing@40?view=charts', LAB],
  ['memory', '/s/lib-swapping@14?view=memory', LAB],
  ['memory', '/s/lib-free-list@6?view=memory', LAB],
  ['files', '/s/lib-clean-and-dirty@6?view=files', '.panel.files .file'],
  ['vmstat', '/s/lib-swapping@14?view=vmstat', LAB],
  ['counts', '/s/lib-process-or-thread@64?view=counts', LAB],
  ['why', `${COW}?view=why`, LAB],
].map(([name, address, ready, presses = []]) => ({ name, address, ready, presses }));

/** Fails when the registry has a view that no scene shows. */
export function everyViewIsThere() {
  const registry = readFileSync(path.join(root, 'web/src/views/registry.ts'), 'utf8');
  const ids = new Set([...registry.matchAll(/^\s+id: '(\w+)'/gm)].map((found) => found[1]));
  for (const { name } of scenes) ids.delete(name);
  assert.deepEqual([...ids], []);
  assert.match(registry, /^\s+id: '/m);
}

/** The address with more in its query. */
export const withQuery = (address, query) =>
  query ? `${address}${address.includes('?') ? '&' : '?'}${query}` : address;

/** `say` gives a button's name as the page's language writes it. */
export async function openScene(page, scene, query = '', say = (name) => name) {
  const { address, ready, presses } = scene;
  await page.goto(withQuery(address, query));
  await page.locator(ready).first().waitFor();
  await quiet(page);
  for (const name of presses) {
    const button = page
      .getByRole('button', { name: say(name), exact: true })
      .and(page.locator(':visible'));
    // Seen from the last row there are fewer tools.
    if (query.includes('projector') && (await button.count()) === 0) return;
    await button.first().click();
  }
}

/**
 * Goes to each scene on one page, as a subtest of `t` each: opened with the query, seen by
 * `see(page, scene)`. A new profile for each would read and compile all code again.
 */
export async function tour(t, vmscope, { list = scenes, query = '', say, prepare, ...options }, see) {
  await vmscope.visit({ bypassCSP: true, ...options }, async (page, wrong) => {
    await prepare?.(page);
    for (const scene of list)
      await t.test(`${scene.name} ${scene.address}`, async () => {
        if (options.viewport) await page.setViewportSize(options.viewport);
        await openScene(page, scene, query, say);
        await see(page, scene);
        assert.deepEqual(wrong.splice(0), [], 'the page reported errors');
        await page.evaluate(() => {
          localStorage.clear();
          sessionStorage.clear();
        });
      });
  });
}
