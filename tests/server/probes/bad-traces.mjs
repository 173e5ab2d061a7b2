#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Uploads of bad traces: each is answered by what was wrong, where, and how far it was read; memory stays bounded;
// what can be read of a trace is kept, and what could not is counted.
//   node bad-traces.mjs http://127.0.0.1:PORT [--pid PID] [--rss-growth 96]
import { gzipSync } from 'node:zlib';
import fs from 'node:fs';
import { args, base, req, health, isProblem, Results, rssMb, alive } from './_lib.mjs';

const { pos, o } = args();
const t = base(pos[0]);
const R = new Results('bad-traces', pos[0]);
const pid = o.pid ? +o.pid : 0;
const before = pid ? rssMb(pid) : null;
const peak = () => +(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024).toFixed(1);
const plain = 'application/octet-stream', gzip = 'application/gzip', zstd = 'application/zstd';

const upload = (format, type, body) =>
  req(t, 'POST', `/api/v1/traces?format=${format}`, { headers: { 'Content-Type': type }, body, timeout: 60000 });

/** Refused with a problem that says all of `says`, and a report. */
async function refused(id, format, type, body, ...says) {
  const r = await upload(format, type, body);
  const text = r.res ? r.res.body.toString() : '';
  R.ok(id, r.res && r.res.status === 422 && isProblem(r.res), 'status ' + (r.res && r.res.status));
  for (const words of [...says, '"report":{', 'Read until then: ']) R.ok(`${id}: ${words}`, text.includes(words), text);
  R.ok(`${id}/health`, (await health(t, '/healthz', 5000)).ok, 'not healthy after it');
}

/** Kept; the answer's numbers are these. */
async function kept(id, format, type, body, want) {
  const r = await upload(format, type, body);
  if (!R.ok(id, r.res && r.res.status === 201, 'status ' + (r.res && r.res.status) + ' ' + (r.res && r.res.body))) return;
  const got = JSON.parse(r.res.body.toString());
  for (const [name, value] of Object.entries(want)) {
    const found = got[name] ?? got.report[name];
    R.ok(`${id}/${name}`, found === value, `${name} is ${found}, not ${value}`);
  }
}

const lackey = 'I  04016b90,3\n S 1ffeffe7e0,8\n L 1ffeffe7e0,8\n';
const refs = Array.from({ length: 20000 }, (_, i) => `R ${((i * 7919) % 257).toString(16)}\n`).join('');
const binary = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * i * 31 + (i >> 3)) & 255));
binary[0] = 0x7f;

for (const format of ['pages', 'refs', 'lackey']) {
  await refused(`empty ${format}`, format, plain, '', 'There is no reference in the trace.');
  await refused(`binary ${format}`, format, plain, binary, 'Line 1');
}
await refused('remarks only', 'refs', plain, '# nothing\n', 'There is no reference');
await refused('long line', 'refs', plain, 'a'.repeat(10 << 20), 'Line 1, column 1');
await kept('long line lackey', 'lackey', plain, 'a'.repeat(10 << 20) + '\n' + lackey,
  { references: 3, torn: 1, first_torn: 1 });
await kept('sizes', 'lackey', plain, lackey + 'I  04016b93,-3\n L 1000,0\n S 1000,99999999999\n',
  { references: 3, torn: 3, first_torn: 4 });
await refused('negative page', 'pages', plain, '1 2\n-3', 'Line 2, column 1');
await kept('CRLF lackey', 'lackey', plain, lackey.replaceAll('\n', '\r\n'), { references: 3, torn: 0 });
await kept('CRLF refs', 'refs', plain, refs.replaceAll('\n', '\r\n'), { references: 20000, torn: 0 });
await kept('several processes', 'lackey', plain, `--7-- vmscope: runs\n${lackey}--8-- vmscope: runs\n${lackey}`,
  { references: 6, processes: 2, torn: 0 });
await kept('torn by two', 'lackey', plain, lackey + 'I  0401I  04016b93,2\n6b95,5\n', { references: 3, torn: 2 });

const packed = gzipSync(refs);
await kept('gzip', 'refs', gzip, packed, { references: 20000, compression: 'gzip' });
await refused('gzip cut by a byte', 'refs', gzip, packed.subarray(0, -1), 'The compressed data end too early.');
await refused('gzip cut in the middle', 'refs', gzip, packed.subarray(0, packed.length >> 1), 'end too early');
const wrong = Buffer.from(packed);
wrong[packed.length >> 1] ^= 0x55;
await refused('gzip damaged', 'refs', gzip, wrong, 'The compressed data');
await refused('no gzip', 'refs', gzip, refs, 'neither gzip nor zstd');
/* One frame of one block that is stored as it is. */
function stored(text) {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(text.length, 5);
  head.writeUIntLE((text.length << 3) | 1, 9, 3);
  return Buffer.concat([head, Buffer.from(text)]);
}
const block = stored(refs);
await kept('zstd', 'refs', zstd, block, { references: 20000, compression: 'zstd' });
await refused('zstd cut', 'refs', zstd, block.subarray(0, -1), 'The compressed data end too early.');
/* A kilobyte that claims 100 GB; run-length blocks, of which 4 bytes become 128 KiB; and gzip's utmost. */
const claim = Buffer.alloc(1024);
Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0xe8, 0x18, 0, 0, 0]).copy(claim);
await refused('100 GB claimed', 'pages', zstd, claim, 'Read until then: 0 bytes');
const runs = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]), Buffer.alloc(4 << 18, Buffer.from([2, 0, 0x10, 10]))]);
await refused('zstd bomb', 'pages', zstd, runs, 'more than 10,000 times their size');
await refused('gzip bomb', 'pages', gzip, gzipSync(Buffer.alloc(200 << 20)), 'Line 1, column 1');
await refused('gzip bomb lackey', 'lackey', gzip, gzipSync(Buffer.alloc(200 << 20)), 'There is no reference');

if (pid) {
  R.set('rss_mb', [before, peak()]);
  R.ok('same process', alive(pid), 'the process is gone');
  R.ok('memory', peak() - before <= +(o['rss-growth'] || 96), `${before} MB became ${peak()}`);
}
R.done();
