// SPDX-License-Identifier: MIT
// The page in Chromium: what the first load weighs, a large scenario until it is painted, frames while
// 100,000 pages are played.
import { launchBrowser, startServer } from '../../e2e/support.mjs';
import { ROUNDS, atMost, median, percentile } from './rows.mjs';

const PLAYED_MS = 5000;
const large = (pages, more) => `vmscope 1
title "${pages} pages"
machine x86-64 { frames 262144  swap 16  tlb 64  policy clock }
A = start empty
A: heap = mmap(${pages} pages, rw, private)
A: store(heap, ${pages} pages)
${more}`;

async function save(url, text) {
  const reply = await fetch(`${url}/api/v1/scenarios`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  if (!reply.ok) throw new Error(await reply.text());
  return (await reply.json()).id;
}

const painted = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(), 0))),
  );

async function firstLoad(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const scripts = new Set();
  let bytes = 0;
  await network.send('Network.enable');
  network.on('Network.responseReceived', ({ requestId, response }) => {
    if (/javascript/.test(response.mimeType)) scripts.add(requestId);
  });
  network.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength; // bodies, without the heads of the answers
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await context.close();
  atMost('JavaScript of the first load, gzip', 'KB', bytes / 1024, 'goal', 120);
}

/** From the click on a scenario of 20,000 present pages to its first picture. */
async function firstPicture(browser, url) {
  const id = await save(url, large(20000, ''));
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto(`${url}/`);
    await page.waitForLoadState('networkidle');
    times.push(
      await page.evaluate(async (target) => {
        const start = performance.now();
        history.pushState(null, '', target);
        dispatchEvent(new PopStateEvent('popstate'));
        while (!document.querySelector('[data-testid="narration"]')) {
          await new Promise((next) => requestAnimationFrame(next));
        }
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
        return performance.now() - start;
      }, `/s/${id}`),
    );
  }
  await context.close();
  atMost('scenario of 20,000 present pages, to painted', 'ms', median(times), 'goal', 150);
}

/** The work of each frame, from its beginning until it is handed to the compositor. */
async function playing(browser, url) {
  const id = await save(url, large(100000, 'repeat 2000 { A: load(heap, 40 pages) }\n'));
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}/s/${id}`);
  await page.locator('[data-testid="narration"]').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await painted(page);
  await page.keyboard.press('Space');
  const frames = await page.evaluate(
    (length) =>
      new Promise((done) => {
        const all = [];
        const { port1, port2 } = new MessageChannel();
        const end = performance.now() + length;
        let began = 0;
        port1.onmessage = () => all.push(performance.now() - began);
        const frame = () => {
          began = performance.now();
          port2.postMessage(0);
          if (began < end) requestAnimationFrame(frame);
          else done(all);
        };
        requestAnimationFrame(frame);
      }),
    PLAYED_MS,
  );
  await context.close();
  if (frames.length < 30) throw new Error(`only ${frames.length} frames were seen`);
  atMost('work of a frame, playing 100,000 pages, p95', 'ms', percentile(frames, 0.95), 'goal', 16.7);
}

export async function page() {
  const server = await startServer();
  const browser = await launchBrowser();
  try {
    await firstLoad(browser, server.url);
    await firstPicture(browser, server.url);
    await playing(browser, server.url);
  } finally {
    await browser.close();
    await server.stop();
  }
}
