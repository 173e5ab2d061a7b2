// SPDX-License-Identifier: MIT
// The page in Chromium: what the first load weighs, a large scenario until it is painted, frames while
// 100,000 pages are played, seeking in them, and, with VMSCOPE_BENCH_MINUTES=10, what is held after playing
// for so long.
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

/** What a link to a Lab reads until its first picture is painted. */
async function firstLab(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('[data-testid="narration"]')) window.__painted = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${url}/lab?scenario=lib-fork-copy-on-write`);
  await page.waitForFunction(() => window.__painted);
  const bytes = await page.evaluate(() => {
    return performance
      .getEntriesByType('resource')
      .filter((file) => /\.js$/.test(file.name) && file.responseEnd <= window.__painted)
      .reduce((sum, file) => sum + file.encodedBodySize, 0);
  });
  await context.close();
  atMost("JavaScript until a Lab's first picture, gzip", 'KB', bytes / 1024, 'goal', 120);
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
  atMost(
    'work of a frame, playing 100,000 pages, p95',
    'ms',
    percentile(frames, 0.95),
    'goal',
    16.7,
  );
}

/** From a jump along the run of 100,000 pages to its picture. */
async function seeking(browser, url) {
  const id = await save(url, large(100000, 'repeat 2000 { A: load(heap, 40 pages) }\n'));
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}/s/${id}`);
  await page.locator('[data-testid="narration"]').waitFor();
  await page.keyboard.press('End');
  await page.waitForFunction(
    () => document.querySelector('.narration .no')?.textContent !== 'start',
  );
  const times = [];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    times.push(
      await page.evaluate(
        async (key) => {
          const step = () => document.querySelector('.narration .no')?.textContent;
          const [before, start] = [step(), performance.now()];
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          while (step() === before) await new Promise((next) => requestAnimationFrame(next));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
          return performance.now() - start;
        },
        round % 2 ? 'End' : 'Home',
      ),
    );
  }
  await context.close();
  atMost(
    'seek from end to end of 100,000 pages, to painted',
    'ms',
    median(times),
    'one step of the eye',
    250,
  );
}

/** Bytes that the page holds after a collection, and the elements of its document. */
async function heldBy(cdp) {
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { bytes: of('JSHeapUsedSize'), nodes: of('Nodes') };
}

/** Playing for long holds no more than playing for a tenth of it. */
async function playingLong(browser, url, minutes) {
  const id = await save(url, large(100000, 'repeat 60000 { A: load(heap, 40 pages) }\n'));
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  await page.goto(`${url}/s/${id}`);
  await page.locator('[data-testid="narration"]').waitFor();
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
  await painted(page);
  await page.keyboard.press('Space');
  for (let i = 0; i < 4; i++) await page.keyboard.press('>');
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  await wait(minutes * 6000);
  const early = await heldBy(cdp);
  const at = await page.locator('.narration .no').innerText();
  await wait(minutes * 54000);
  const late = await heldBy(cdp);
  if ((await page.locator('.narration .no').innerText()) === at) throw new Error('it stood still');
  await context.close();
  const [mib, was] = [late.bytes / 2 ** 20, early.bytes / 2 ** 20];
  atMost(`memory of the page after ${minutes} minutes`, 'MiB', mib, 'after a tenth of them', was);
  atMost(
    `nodes of the page after ${minutes} minutes`,
    '',
    late.nodes,
    'after a tenth of them',
    early.nodes,
  );
}

export async function page() {
  const server = await startServer();
  const browser = await launchBrowser();
  try {
    await firstLoad(browser, server.url);
    await firstLab(browser, server.url);
    await firstPicture(browser, server.url);
    await playing(browser, server.url);
    await seeking(browser, server.url);
    const minutes = Number(process.env.VMSCOPE_BENCH_MINUTES ?? 0);
    if (minutes > 0) await playingLong(browser, server.url, minutes);
  } finally {
    await browser.close();
    await server.stop();
  }
}
