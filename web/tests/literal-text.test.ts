// SPDX-License-Identifier: MIT
// The rule against words in components finds each that is seeded, and lets signs and values pass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Linter } from 'eslint';
// eslint-disable-next-line @typescript-eslint/ban-ts-comment
// @ts-ignore: written in JavaScript, as eslint reads it.
import text from '../eslint-text.js';
import * as parser from 'svelte-eslint-parser';

function found(source: string): string[] {
  const linter = new Linter();
  const config = [
    {
      files: ['**/*.svelte'],
      plugins: { text },
      languageOptions: { parser },
      rules: { 'text/no-literal-text': 'error' },
    },
  ];
  return linter
    .verify(source, config as Linter.Config[], { filename: 'A.svelte' })
    .map((m) => m.message);
}

const seeded: [string, string][] = [
  ['text in an element', '<p>Hello</p>'],
  ['text beside a value', '<p>{n} frames</p>'],
  ['a label that is read out', '<button aria-label="Close"></button>'],
  ['a title', '<b title="of {n}"></b>'],
  ['a placeholder', '<input placeholder="148 or so" />'],
  ['a choice of two', "<p>{yes ? 'on' : n}</p>"],
  ['a template', '<p>{`step ${n}`}</p>'],
  ['a computed label', "<b aria-label={yes ? 'go' : words.stop}></b>"],
  ['a default', "<p>{name ?? 'nobody'}</p>"],
];
for (const [name, source] of seeded)
  test(`finds ${name}`, () => assert.equal(found(source).length, 1, source));

const clean: [string, string][] = [
  ['signs', '<p>0x{n} · {a} → {b} / T{n} ×</p>'],
  ['values and tables', '<p title={words.of(n)}>{words.hello}</p>'],
  ['comparisons', "<p>{kind === 'frame' ? words.a : words.b}</p>"],
  ['classes and code', '<script>const s = "hello there";</script><p class="wide" id="x"></p>'],
  ['styles', '<p></p><style>p { color: red; }</style>'],
];
for (const [name, source] of clean)
  test(`lets ${name} pass`, () => assert.deepEqual(found(source), [], source));
