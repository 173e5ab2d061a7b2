// SPDX-License-Identifier: MIT
// Builds web/dist: hashed files in assets/, and one index.html without inline scripts or styles.
// Fails when the JavaScript of the first load outgrows its budget.
import { build, transform } from 'esbuild';
import { compile, compileModule } from 'svelte/compiler';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import path from 'node:path';

const root = path.dirname(new URL(import.meta.url).pathname);
const dist = path.join(root, 'dist');
const budget = 120 * 1024;
const development = process.argv.includes('--dev');

/** Svelte's compiler as an esbuild plugin; a component's styles become a file of their own. */
const svelte = {
  name: 'svelte',
  setup(context) {
    const styles = new Map();
    context.onResolve({ filter: /\.svelte\.css$/ }, ({ path: file }) =>
      styles.has(file) ? { path: file, namespace: 'svelte-css' } : undefined,
    );
    context.onLoad({ filter: /\.svelte\.css$/, namespace: 'svelte-css' }, ({ path: file }) => ({
      contents: styles.get(file),
      loader: 'css',
      resolveDir: path.dirname(file),
    }));
    context.onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const made = compile(source, {
        filename: path.relative(root, file),
        generate: 'client',
        css: 'external',
        dev: development,
      });
      let contents = made.js.code;
      if (made.css?.code) {
        styles.set(`${file}.css`, made.css.code);
        contents += `\nimport ${JSON.stringify(`${file}.css`)};`;
      }
      return { contents, warnings: made.warnings.map((w) => ({ text: `${file}: ${w.message}` })) };
    });
    context.onLoad({ filter: /\.svelte\.ts$/ }, async ({ path: file }) => {
      const plain = await transform(await readFile(file, 'utf8'), {
        loader: 'ts',
        target: 'es2022',
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      });
      const made = compileModule(plain.code, {
        filename: path.relative(root, file),
        generate: 'client',
        dev: development,
      });
      return { contents: made.js.code, loader: 'js', resolveDir: path.dirname(file) };
    });
  },
};

function page(script, styles, fonts) {
  const preload = fonts.map(
    (f) => `<link rel="preload" href="/${f}" as="font" type="font/woff2" crossorigin />`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="description" content="A laboratory in which you see virtual memory at work." />
<meta name="color-scheme" content="light dark" />
<title>vmscope</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 22 22'%3E%3Crect x='1' y='1' width='9' height='9' rx='2' fill='%230072B2'/%3E%3Crect x='12' y='12' width='9' height='9' rx='2' fill='%23009E73'/%3E%3C/svg%3E" />
${preload.join('\n')}
${styles.map((style) => `<link rel="stylesheet" href="/${style}" />`).join('\n')}
<script type="module" src="/${script}"></script>
</head>
<body>
<div id="app"></div>
<noscript>vmscope draws its pictures with JavaScript. Please turn it on.</noscript>
</body>
</html>
`;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/app/main.ts' },
  outdir: 'dist/assets',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
  minify: !development,
  sourcemap: development ? 'linked' : false,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  conditions: ['svelte', 'browser', development ? 'development' : 'production'],
  mainFields: ['svelte', 'browser', 'module', 'main'],
  loader: { '.woff2': 'file', '.svg': 'text' },
  define: { __DEVELOPMENT__: String(development) },
  metafile: true,
  plugins: [svelte],
  legalComments: 'none',
  logLevel: 'warning',
});

const outputs = result.metafile.outputs;
const entry = Object.entries(outputs).find(([, o]) => o.entryPoint === 'src/app/main.ts');
if (!entry) throw new Error('the build made no entry');
const [script, { cssBundle }] = entry;
const first = new Set();
(function follow(file) {
  if (first.has(file)) return;
  first.add(file);
  for (const i of outputs[file].imports) if (i.kind === 'import-statement') follow(i.path);
})(script);

const svelteCopies = new Set(
  Object.keys(result.metafile.inputs)
    .map((f) => /^(.*node_modules\/svelte)\//.exec(f)?.[1])
    .filter(Boolean),
);
if (svelteCopies.size > 1) throw new Error(`Svelte is bundled twice: ${[...svelteCopies]}`);

const out = (file) => path.relative('dist', file);
// Only the Latin faces are wanted at once; the others load when a page needs them.
const fonts = Object.keys(outputs).filter((f) => /-latin-wght-normal-.*\.woff2$/.test(f));
// A page that is loaded on demand brings no style sheet along: all are linked, the entry's first.
const styles = [
  cssBundle,
  ...Object.keys(outputs).filter((f) => f.endsWith('.css') && f !== cssBundle),
];
await writeFile(path.join(dist, 'index.html'), page(out(script), styles.map(out), fonts.map(out)));

let total = 0;
for (const file of first) total += gzipSync(await readFile(path.join(root, file))).length;
const lazy = Object.keys(outputs).filter((f) => f.endsWith('.js') && !first.has(f));
console.log(
  `first load: ${(total / 1024).toFixed(1)} KB of JavaScript, gzip (budget ${budget / 1024} KB); ` +
    `${lazy.length} files on demand`,
);
if (total > budget && !development) {
  console.error('the first load is over its budget');
  process.exitCode = 1;
}
