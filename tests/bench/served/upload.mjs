// SPDX-License-Identifier: MIT
// From a file to curves on the screen: a trace of 20 million references (lackey, gzip; made once, the same
// everywhere) is uploaded in Chromium. Timed: until its page is there, until LRU's and OPT's exact curves are
// drawn, until every policy has a first curve; and what the page holds then.
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { launchBrowser, root, startServer } from '../../e2e/support.mjs';
import { atMost } from './rows.mjs';

const REFERENCES = Number(process.env.VMSCOPE_UPLOAD ?? 20e6);

/**
 * What lackey writes of a program with phases: two references in three fetch code that loops, the others walk
 * an array of the phase or touch a heap of 16,000 pages, low pages most. The same at every run.
 */
async function generate(file, count) {
  mkdirSync(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  const gzip = createGzip({ level: 1 });
  const out = gzip.pipe(createWriteStream(part));
  const hex = (n) => n.toString(16).padStart(8, '0');
  let random = 12345;
  const draw = () => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) >>> 4;
  let lines = [];
  for (let i = 0; i < count; i++) {
    const phase = Math.floor((i / count) * 12);
    const kind = draw() % 12;
    if (kind < 8) {
      const page = (phase * 17) % 120 + (Math.floor(i / 900) % 40);
      lines.push(`I  ${hex(0x400000 + page * 4096 + (i % 900) * 4)},4`);
    } else if (kind < 10) {
      const page = (phase % 5) * 700 + (Math.floor(i / 1500) % 700);
      lines.push(`${kind === 8 ? ' L' : ' S'} ${hex(0x8000000 + page * 4096 + (i % 512) * 8)},8`);
    } else {
      const part = draw() / 2 ** 28;
      const page = Math.floor(16000 * part ** 4);
      lines.push(`${kind === 10 ? ' L' : ' M'} ${hex(0x10000000 + page * 4096 + (draw() % 512) * 8)},8`);
    }
    if (lines.length === 32768 || i === count - 1) {
      if (!gzip.write(`${lines.join('\n')}\n`)) await once(gzip, 'drain');
      lines = [];
    }
  }
  gzip.end();
  await once(out, 'finish');
  renameSync(part, file);
}

/** Every step of the bar that was on the screen: the page notes them itself. */
const noteSteps = () => {
  window.__steps = new Set();
  new MutationObserver(() => {
    const bar = document.querySelector('progress');
    if (bar) window.__steps.add(bar.value);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
};

export async function upload() {
  const file = path.join(root, `build/traces/upload-${REFERENCES}.lackey.gz`);
  if (!existsSync(file)) await generate(file, REFERENCES);
  const server = await startServer();
  const browser = await launchBrowser();
  try {
    const viewport = { width: 1440, height: 900 };
    const page = await browser.newPage({ baseURL: server.url, viewport });
    page.setDefaultTimeout(180000);
    await page.goto('/');
    const input = page.locator('input[type=file]');
    await input.waitFor({ state: 'attached' });
    await page.evaluate(noteSteps);
    const started = performance.now();
    const since = () => (performance.now() - started) / 1000;
    await input.setInputFiles(file);
    await page.waitForURL(/\/trace\//);
    const uploaded = since();
    const steps = await page.evaluate(() => window.__steps.size);
    await page.locator('.curves[data-exact="done"]').waitFor();
    const exact = since();
    const what = `${REFERENCES / 1e6} M references`;
    atMost(`${what}, file to its page (${steps} steps shown)`, 's', uploaded, 'goal', 10);
    atMost(`${what}, to LRU's and OPT's exact curves`, 's', exact, 'goal', 10);
    // The others come coarse to fine and go on for minutes.
    await page.waitForFunction(
      () => Number(document.querySelector('.curves')?.getAttribute('data-least')) >= 2,
    );
    atMost(`${what}, to two points of every policy`, 's', since(), 'goal', 60);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    atMost('JavaScript heap of that page', 'MiB', usedSize / 2 ** 20, 'goal', 100);
  } finally {
    await browser.close();
    await server.stop();
  }
}
