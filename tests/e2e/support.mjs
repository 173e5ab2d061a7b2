// SPDX-License-Identifier: MIT
// A server of its own, a browser, and pages that fail the test when anything goes wrong inside them: a
// report of the content security policy, an error on the console, an exception.
// VMSCOPE_BIN, VMSCOPE_WEB and CHROMIUM name other files than the usual ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { after, before } from 'node:test';
import assert from 'node:assert/strict';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const need = createRequire(path.join(root, 'web/package.json'));
const { chromium } = need('playwright-core');
export const axeFile = () => need.resolve('axe-core/axe.min.js');

function firstOf(what, given, ...places) {
  const found = [given, ...places.map((place) => path.resolve(root, place))].find(
    (file) => file && existsSync(file),
  );
  if (!found) throw new Error(`${what} is not there: ${places.join(', ')}`);
  return path.resolve(found);
}
export const program = () =>
  firstOf(
    'the program',
    process.env.VMSCOPE_BIN,
    'build/vmscope',
    'build/release/server/vmscope',
    'build/dev/server/vmscope',
  );

/** Starts vmscope serve on a free port, with an empty data directory. */
export async function startServer(extra = []) {
  const data = await mkdtemp(path.join(tmpdir(), 'vmscope-e2e-'));
  const web = firstOf('the web page', process.env.VMSCOPE_WEB, 'web/dist');
  const options = ['serve', '--listen', '127.0.0.1:0', '--data', data, '--web', web, ...extra];
  const child = spawn(program(), options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = once(child, 'exit');
  const address = new Promise((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      const url = /http:\/\/localhost:(\d+)/.exec(line);
      if (url) resolve(`http://localhost:${url[1]}`);
    });
  });
  const url = await Promise.race([
    address,
    ended.then(([code]) => Promise.reject(new Error(`the server ended with ${code}: ${said}`))),
  ]);
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      await rm(data, { recursive: true, force: true });
      assert.equal(signal ?? code, 0, `the server did not end well: ${said}`);
    },
  };
}

/** Chromium, without what asks the network of its own accord. A fresh user-data-dir for every launch. */
export const launchBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** What each page has asked for and not got yet, and since when nothing. */
const traffic = new WeakMap();
const QUIET = 150;

function listen(page) {
  const state = { open: 0, since: performance.now() };
  const count = (by) => () => {
    state.open += by;
    state.since = performance.now();
  };
  traffic.set(page, state);
  page.on('request', count(1));
  page.on('requestfinished', count(-1));
  page.on('requestfailed', count(-1));
}

/** Waits until nothing has been asked for since the last pictures, and all that was asked for is there. */
export async function quiet(page) {
  const state = traffic.get(page);
  const from = performance.now();
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  for (;;) {
    const left = Math.max(from, state.since) + QUIET - performance.now();
    if (state.open <= 0 && left <= 0) return;
    await new Promise((done) => setTimeout(done, Math.max(left, 10)));
    assert.ok(performance.now() - from < 15000, 'the page asks for something without end');
  }
}

/** A page that knows what went wrong in it. */
async function watch(context) {
  const page = await context.newPage();
  listen(page);
  const wrong = [];
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => wrong.push(`exception: ${error.message}`));
  await page.exposeFunction('__violation', (text) => wrong.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      window.__violation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  return { page, wrong };
}

/**
 * Sets up one server and one browser for the tests of a file.
 * visit(options, journey) runs a journey in a fresh profile; with `firstContact` in one that has never
 * asked to see everything. The journey gets the page, and the list of what goes wrong inside it.
 */
export function house(serverOptions = []) {
  const all = { url: '', visit };
  let server, browser;
  before(async () => {
    server = await startServer(serverOptions);
    all.url = server.url;
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  async function visit({ firstContact = false, ...options }, journey) {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      baseURL: all.url,
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(15000);
    if (!firstContact)
      await context.addInitScript(() => localStorage.setItem('vmscope.everything', 'yes'));
    try {
      const { page, wrong } = await watch(context);
      await journey(page, wrong);
      assert.deepEqual(wrong, [], 'the page reported errors');
    } finally {
      await context.close();
    }
  }
  return all;
}
