// SPDX-License-Identifier: MIT
// Animated PNGs chunk by chunk, and SVG as text.
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { test } from 'node:test';
import { printLink, rangeOf } from '../src/app/picture/print.ts';
import { apng, chunksOf } from '../src/lib/picture/apng.ts';
import { crc32 } from '../src/lib/picture/crc.ts';
import { escaped, hatchOf, ringOf, tag, unseen } from '../src/lib/picture/write.ts';

function piece(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
/** A grey picture of one shade; its data may come in several chunks. */
function png(width: number, height: number, shade: number, parts = 1): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const lines = Buffer.concat(
    Array.from({ length: height }, () => Buffer.from([0, ...Array(width).fill(shade)])),
  );
  const data = deflateSync(lines);
  const size = Math.ceil(data.length / parts);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    piece('IHDR', head),
    ...Array.from({ length: parts }, (_, i) =>
      piece('IDAT', data.subarray(i * size, (i + 1) * size)),
    ),
    piece('IEND', Buffer.alloc(0)),
  ]);
}
const u32 = (bytes: Uint8Array, at: number) => Buffer.from(bytes).readUInt32BE(at);
const u16 = (bytes: Uint8Array, at: number) => Buffer.from(bytes).readUInt16BE(at);

test('the checksum is that of the standard', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
  assert.equal(crc32(Buffer.from('IEND')), 0xae426082);
});

test('frames keep their data, numbered in one sequence', () => {
  const made = apng([
    { png: png(5, 3, 0), ms: 500 },
    { png: png(5, 3, 128, 2), ms: 99999 },
    { png: png(5, 3, 255), ms: 20 },
  ]);
  const chunks = chunksOf(made);
  assert.deepEqual(
    chunks.map((c) => c.type),
    ['IHDR', 'acTL', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'fdAT', 'fcTL', 'fdAT', 'IEND'],
  );
  const control = chunks[1]?.data as Uint8Array;
  assert.deepEqual([u32(control, 0), u32(control, 4)], [3, 0]);
  const numbered = chunks.filter((c) => c.type === 'fcTL' || c.type === 'fdAT');
  assert.deepEqual(
    numbered.map((c) => u32(c.data, 0)),
    [0, 1, 2, 3, 4, 5],
  );
  const frames = chunks.filter((c) => c.type === 'fcTL').map((c) => c.data);
  for (const frame of frames) {
    assert.equal(frame.length, 26);
    assert.deepEqual([u32(frame, 4), u32(frame, 8), u32(frame, 12), u32(frame, 16)], [5, 3, 0, 0]);
  }
  assert.deepEqual(
    frames.map((f) => u16(f, 20) / u16(f, 22)),
    [0.5, 65.535, 0.02],
  );
  // The second frame's two pieces, without their numbers, are its own data.
  const own = chunksOf(png(5, 3, 128, 2)).filter((c) => c.type === 'IDAT');
  const there = chunks.filter((c) => c.type === 'fdAT').slice(0, 2);
  assert.deepEqual(
    there.map((c) => Buffer.from(c.data.subarray(4))),
    own.map((c) => Buffer.from(c.data)),
  );
});

test('what is no picture, is damaged or of another size is refused', () => {
  assert.throws(() => apng([]));
  assert.throws(() => chunksOf(Uint8Array.from([1, 2, 3])));
  assert.throws(() => chunksOf(png(2, 2, 0).subarray(0, 40)));
  const damaged = Uint8Array.from(png(2, 2, 0));
  damaged[20] = 9;
  assert.throws(() => chunksOf(damaged), /IHDR is damaged/);
  assert.throws(
    () =>
      apng([
        { png: png(2, 2, 0), ms: 1 },
        { png: png(3, 2, 0), ms: 1 },
      ]),
    /sizes/,
  );
});

test('texts cannot leave their place in an SVG', () => {
  assert.equal(escaped('a<b>&"\u0001'), 'a&lt;b&gt;&amp;&quot;');
  assert.equal(
    tag('rect', { x: 1.23456, rx: undefined, fill: '"><script>' }),
    '<rect x="1.23" fill="&quot;&gt;&lt;script&gt;"/>',
  );
  assert.equal(tag('text', {}, 'x'), '<text>x</text>');
});

test('rings and hatches as browsers write them', () => {
  assert.deepEqual(ringOf('rgb(1, 2, 3) 0px 0px 0px 2px inset'), {
    colour: 'rgb(1, 2, 3)',
    width: 2,
    inset: true,
  });
  assert.equal(ringOf('rgba(20, 32, 48, 0.06) 0px 1px 2px 0px'), undefined);
  assert.equal(ringOf('none'), undefined);
  assert.deepEqual(
    hatchOf('repeating-linear-gradient(135deg, rgb(9, 9, 9) 0px, rgba(0, 0, 0, 0) 2px)'),
    { colours: ['rgb(9, 9, 9)'], angle: 135 },
  );
  assert.equal(hatchOf('none'), undefined);
  assert.ok(unseen('rgba(0, 0, 0, 0)') && unseen('transparent') && !unseen('rgb(0, 0, 0)'));
});

test('the steps of a strip: without words the whole run, else as the address says', () => {
  const of = (from: string, to: string, each = '') => rangeOf({ from, to, each }, 10);
  assert.deepEqual(of('', ''), {
    from: { op: 1, micro: 0 },
    to: { op: 10, micro: 0 },
    unit: 'operation',
  });
  assert.equal(of('6.1', '6.9')?.unit, 'micro');
  assert.equal(of('3', '7', 'micro')?.unit, 'micro');
  for (const [from, to] of [
    ['7', '3'],
    ['x', ''],
    ['', '-1'],
    ['11', '12'],
  ] as const)
    assert.equal(of(from, to), undefined, `${from} to ${to}`);
  assert.equal(
    printLink('a b', { frames: '3' }, { from: '1', to: '2', unit: 'micro' }),
    '/s/a%20b?frames=3&print=&from=1&to=2&each=micro',
  );
});
