// SPDX-License-Identifier: MIT
// An export says that somebody else uses it. A function, class or value whose name stands in no other file of
// the page or its tests is reported; types are left out, as they name what a function that is used gives.
const declared = /^export (?:async )?(?:abstract )?(?:const|let|function\*?|class) ([A-Za-z_$][\w$]*)/;
const generated = /\/generated\.ts$/;

export function examineExports(files) {
  const seen = new Map();
  for (const [file, text] of files)
    if (/^web\/(src|tests)\/.*\.(ts|svelte)$/.test(file))
      for (const name of new Set(text.match(/[A-Za-z_$][\w$]*/g)))
        seen.set(name, (seen.get(name) ?? 0) + 1);
  const problems = [];
  for (const [file, text] of files) {
    if (!/^web\/src\/.*\.ts$/.test(file) || generated.test(file)) continue;
    text.split('\n').forEach((line, index) => {
      const name = declared.exec(line)?.[1];
      if (name && seen.get(name) === 1)
        problems.push({ path: file, line: index + 1, message: `nobody else uses ${name}: no export`, warning: false });
    });
  }
  return problems;
}
