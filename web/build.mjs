// SPDX-License-Identifier: MIT
// Builds web/dist: hashed files in assets/, and one index.html without inline scripts or styles.
// Fails when the JavaScript of the first load outgrows its budget.
import { build, transform } from 'esbuild';
import { compile, compileModule } from 'svelte/compiler';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import path from 'node:path';

const root = path.dirname(new URL(import.meta.url).pathname);
const dist = path.join(root, 'dist');
/** What the first picture of a page is made of, and how much of it there may be. */
const firstPictures = {
  index: { budget: 80, needs: ['src/app/home/Home.svelte'] },
  lab: {
    budget: 120,
    needs: [
      'src/app/Lab.svelte',
      'src/views/spaces/Spaces.svelte',
      'src/views/memory/Memory.svelte',
    ],
  },
};
const development = process.argv.includes('--dev');

const CORE = 'vmscope:core';
/** What only a Lab that is there asks for. It stands on what the Lab's first picture is made of: saying so
 * keeps that in few files, for a file is made of what the same pages need. */
async function onCore() {
  const folder = path.join(root, 'src');
  const found = new Set();
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(svelte|ts)$/.test(name) || !/^(views|app)\b/.test(name)) continue;
    const file = path.join(folder, name);
    for (const [, to] of (await readFile(file, 'utf8')).matchAll(/import\('(\.[^']+\.svelte)'\)/g))
      found.add(path.resolve(path.dirname(file), to));
  }
  for (const page of ['home/Home', 'EditPage', 'New', 'trace/TracePage'])
    found.delete(path.join(folder, 'app', `${page}.svelte`));
  return found;
}
const standing = await onCore();

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
    context.onResolve({ filter: new RegExp(`^${CORE}$`) }, () => ({ path: CORE, namespace: CORE }));
    context.onLoad({ filter: /./, namespace: CORE }, () => ({
      contents: firstPictures.lab.needs.map((file) => `import './${file}';`).join('\n'),
      resolveDir: root,
    }));
    context.onLoad({ filter: /\/deeper\.ts$/ }, async ({ path: file }) => ({
      contents: `${await readFile(file, 'utf8')}\nimport '${CORE}';`,
      loader: 'ts',
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
      if (standing.has(file)) contents += `\nimport '${CORE}';`;
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

/** One page for all addresses, or for those of one kind: then what its first picture is made of is on its way
 * before the first script has run. */
function page(script, style, fonts, ahead) {
  const preload = [
    ...fonts.map(
      (f) => `<link rel="preload" href="/${f}" as="font" type="font/woff2" crossorigin />`,
    ),
    ...ahead.map((f) => `<link rel="modulepreload" href="/${f}" />`),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="description" content="A laboratory in which you see virtual memory at work." />
<meta name="color-scheme" content="light dark" />
<title>vmscope</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 22 22'%3E%3Crect x='1' y='1' width='9' height='9' rx='2' fill='%230072B2'/%3E%3Crect x='12' y='12' width='9' height='9' rx='2' fill='%23009E73'/%3E%3C/svg%3E" />
<link rel="stylesheet" href="/${style}" />
${preload.join('\n')}
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
const chunkOf = (source) => {
  const found = Object.entries(outputs).find(([, o]) => o.entryPoint === source);
  if (!found) throw new Error(`the build made no file of ${source}`);
  return found[0];
};
/** The files that are read before the last of these sources can run. */
function closure(sources) {
  const all = new Set();
  const follow = (file) => {
    if (all.has(file)) return;
    all.add(file);
    for (const i of outputs[file].imports) if (i.kind === 'import-statement') follow(i.path);
  };
  for (const source of sources) follow(chunkOf(source));
  return all;
}
const svelteCopies = new Set(
  Object.keys(result.metafile.inputs)
    .map((f) => /^(.*node_modules\/svelte)\//.exec(f)?.[1])
    .filter(Boolean),
);
if (svelteCopies.size > 1) throw new Error(`Svelte is bundled twice: ${[...svelteCopies]}`);

const out = (file) => path.relative('dist', file);
// Only the Latin faces are wanted at once; the others load when a page needs them.
const fonts = Object.keys(outputs).filter((f) => /-latin-wght-normal-.*\.woff2$/.test(f));
// The entry's sheet has the styles of all components: those beside it only repeat parts of it.
const { cssBundle } = outputs[chunkOf('src/app/main.ts')];
for (const file of Object.keys(outputs))
  if (file.endsWith('.css') && file !== cssBundle) await rm(path.join(root, file));

const size = async (file) => gzipSync(await readFile(path.join(root, file))).length;
for (const [name, { budget, needs }] of Object.entries(firstPictures)) {
  const files = [...closure(['src/app/main.ts', ...needs])];
  const [script, ...ahead] = files.map(out);
  const html = page(script, out(cssBundle), fonts.map(out), ahead);
  await writeFile(path.join(dist, `${name}.html`), html);
  const total = (await Promise.all(files.map(size))).reduce((sum, n) => sum + n, 0) / 1024;
  console.log(
    `first picture of ${name}: ${total.toFixed(1)} KB of JavaScript, gzip, in ${files.length} files ` +
      `(budget ${budget} KB)`,
  );
  if (total > budget && !development) {
    console.error(`the first picture of ${name} is over its budget`);
    process.exitCode = 1;
  }
}
