// SPDX-License-Identifier: MIT
// Lighthouse: all four marks are at least 95 of 100 on the home page; accessibility and best practices are
// on every page and view. Slow, and a package of its own: npm ci --prefix tests/lighthouse, then
// node tests/lighthouse/run.mjs. LIGHTHOUSE=name,name looks at some.
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { scenes } from '../e2e/scenes.mjs';
import { startServer } from '../e2e/support.mjs';

const LEAST = 0.95;
const ALL = ['performance', 'accessibility', 'best-practices', 'seo'];
const EVERYWHERE = ['accessibility', 'best-practices'];
const only = process.env.LIGHTHOUSE?.split(',');

const server = await startServer();
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic'],
});
let failed = 0;
try {
  const seen = new Set();
  for (const { name, address, presses } of scenes) {
    if ((only && !only.includes(name)) || presses.length > 0 || seen.has(address)) continue;
    seen.add(address);
    const onlyCategories = name === 'home' ? ALL : EVERYWHERE;
    const { lhr } = await lighthouse(
      server.url + address,
      { port: chrome.port, onlyCategories, logLevel: 'error' },
      desktopConfig,
    );
    const marks = Object.values(lhr.categories);
    const low = marks.filter((mark) => !(mark.score >= LEAST));
    if (low.length > 0) failed++;
    const figures = marks.map((mark) => `${mark.id} ${Math.round((mark.score ?? 0) * 100)}`);
    console.log(`${low.length > 0 ? 'not ok' : 'ok'} ${name} ${address}: ${figures.join(', ')}`);
    for (const mark of low)
      for (const { id } of mark.auditRefs) {
        const audit = lhr.audits[id];
        if (audit.score === null || audit.score >= 0.9) continue;
        const items = (audit.details?.items ?? []).slice(0, 3);
        const where = items
          .map((i) => i.node?.selector ?? i.url ?? i.description ?? '')
          .join(' | ');
        console.log(`    ${id}: ${audit.title} ${audit.displayValue ?? ''} ${where}`);
      }
  }
} finally {
  await chrome.kill();
  await server.stop();
}
process.exitCode = failed > 0 ? 1 : 0;
