// SPDX-License-Identifier: MIT
// Reads the tree as text and says where it breaks the rules of rules.mjs. `examine` is pure: a map of
// path → text in, a list of {path, line, message, warning} out, so that its own tests can seed faults.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { examineExports } from './exports.mjs';
import * as rules from './rules.mjs';
import { examineSides } from './sides.mjs';
import { examineTables } from './tables.mjs';

const isC = (file) => /\.[ch]$/.test(file);
const under = (file, folders) => folders.some((folder) => file.startsWith(folder));

/** C text with comments and strings blanked, lines kept. */
export function bare(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  );
}

function examineIncludes(file, lines, files, say) {
  lines.forEach((text, index) => {
    const found = /^\s*#\s*include\s+([<"])([^>"]+)[>"]/.exec(text);
    if (!found) return;
    const [, quote, header] = found;
    for (const rule of rules.headers) {
      if (!rule.header.test(header)) continue;
      if (rule.only && !under(file, rule.only))
        say(index, `only ${rule.only.join(' and ')} may include <${header}> (${rule.name})`);
      if (rule.never && under(file, rule.never)) say(index, `${file.split('/')[0]}/ must not know ${rule.name}`);
    }
    const part = /^server\/(\w+)\//.exec(file)?.[1];
    if (part && quote === '"') {
      const target = header === 'store.h' ? 'store' : header.includes('/') ? header.split('/')[0] : part;
      const allowed = rules.serverParts[part] ?? [];
      if (target !== part && !allowed.includes(target)) say(index, `server/${part} may not know ${target}`);
    }
    if (!file.startsWith('engine/') || rules.engineTools.test(file)) return;
    if (quote === '<' && !rules.engineHeaders.has(header)) say(index, `the engine may not include <${header}>`);
    if (quote === '"') {
      const places = [path.posix.dirname(file), 'engine', 'engine/include'];
      const known = places.some((place) => files.has(path.posix.normalize(`${place}/${header}`)));
      if (!known) say(index, `"${header}" is not a header of the engine`);
    }
  });
}

function examineC(file, text, files, say) {
  const lines = text.split('\n');
  if (!/SPDX-License-Identifier: MIT/.test(lines[0])) say(0, 'the first line must carry the SPDX licence');
  examineIncludes(file, lines, files, say);
  bare(text).split('\n').forEach((line, index) => {
    if (file.startsWith('engine/') && !rules.engineTools.test(file)) {
      const call = rules.engineCalls.exec(line);
      if (call) say(index, `the engine may not call ${call[1]}()`);
    }
    for (const rule of rules.guardedCalls)
      if (file.startsWith(rule.folder) && !rule.only.includes(file) && rule.call.test(line)) say(index, rule.why);
  });
}

function webLayer(file) {
  const parts = file.split('/').slice(2);
  for (const [layer, prefix] of rules.webFolders)
    if (file.startsWith(prefix)) return { layer };
  if (parts.length < 2) return { layer: '' };
  // The registry of views names them all.
  return { layer: parts[0], view: parts[0] === 'views' && parts.length > 2 ? parts[1] : '' };
}

function examineWeb(file, text, say) {
  const here = webLayer(file);
  const allowed = rules.webLayers[here.layer];
  text.split('\n').forEach((line, index) => {
    for (const rule of rules.webWords) {
      const applies = rule.layer ? rule.layer === here.layer : rule.notLayer !== here.layer;
      const code = line.replace(/\/\/.*|^\s*\*.*|'[^']*'/g, '');
      if (applies && rule.word.test(code)) say(index, rule.why);
    }
    const found = /(?:from|import)\s*\(?\s*'(\.[^']+)'/.exec(line);
    if (!found || !allowed) return;
    const target = path.posix.normalize(`${path.posix.dirname(file)}/${found[1]}`);
    const there = webLayer(target);
    if (there.layer === here.layer) {
      if (here.view && there.view !== here.view && there.view.includes('.') === false)
        say(index, `views do not know each other: ${here.view} imports ${there.view}`);
    } else if (!allowed.includes(there.layer) && !/^\s*import type\b/.test(line)) {
      say(index, `${here.layer}/ may not import ${there.layer || target}/ (only ${allowed.join(', ') || 'itself'})`);
    }
  });
}

/** files: Map of path → text of the whole tree. */
export function examine(files) {
  const problems = [];
  for (const [file, text] of files) {
    const say = (index, message, warning = false) => problems.push({ path: file, line: index + 1, message, warning });
    if (isC(file)) examineC(file, text, files, say);
    if (/^web\/src\/.*\.(ts|svelte)$/.test(file)) examineWeb(file, text, say);
    if (file.startsWith('web/src/')) examineSides(file, text, say);
    for (const rule of rules.testNames)
      if (rule.folder.test(file) && !rule.name.test(file)) say(0, `nobody runs this file; name it ${rule.hint}`);
    if (/^(engine|server|db|web\/src)\//.test(file) && /\b(TODO|FIXME|XXX)\b/.test(text))
      say(text.slice(0, text.search(/\b(TODO|FIXME|XXX)\b/)).split('\n').length - 1, 'unfinished work');
    const length = text.split('\n').length - 1;
    if (length > rules.longFile && !rules.lengthExempt.test(file)) say(0, `${length} lines: is this one idea?`, true);
  }
  return [...problems, ...examineExports(files), ...examineTables(files)];
}

function tree(root) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const files = new Map();
  for (const file of listed.toString().split('\0')) {
    if (!/\.(c|h|def|ts|svelte|css|mjs|sql|txt|vms)$/.test(file)) continue;
    try {
      files.set(file, readFileSync(path.join(root, file), 'utf8'));
    } catch {
      // Deleted in the work tree, still in the index.
    }
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(process.argv[1]), '../..');
  const problems = examine(tree(root));
  for (const { path: file, line, message, warning } of problems)
    console.log(`${file}:${line}: ${warning ? 'warning: ' : ''}${message}`);
  process.exit(problems.some((problem) => !problem.warning) ? 1 : 0);
}
