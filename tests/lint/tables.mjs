// SPDX-License-Identifier: MIT
// Tables against code, both ways: a row without its file or function, a file or function without its row.

const rowNames = (text, macro) =>
  [...text.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(new RegExp(`^${macro}\\(\\s*(\\w+)`, 'gm'))].map((m) => m[1]);

/** One row per table: how code that belongs to a row is found, and what each side is called. */
const tables = [
  {
    table: 'engine/include/vm/policies.def', macro: 'POLICY', what: 'policy',
    files: /^engine\/policy\/\w+\.c$/,
    defines: /^const struct vm_policy vm_policy_(\w+)\b/gm,
    file: (name) => `engine/policy/${name}.c`,
  },
  {
    table: 'engine/include/vm/ops.def', macro: 'OP', what: 'operation',
    files: /^engine\/(kernel|machine|mmu|older|userland)\/\w+\.c$/,
    defines: /^(?:enum vm_status|bool|void) vm_op_(\w+)\(/gm,
  },
  {
    table: 'engine/include/vm/questions.def', macro: 'QUESTION', what: 'question',
    files: /^engine\/predict\/\w+\.c$/,
    defines: /^static bool question_(\w+)\(/gm,
  },
  {
    table: 'server/commands.def', macro: 'COMMAND', what: 'subcommand',
    files: /^server\/command\/\w+\.c$/,
    defines: /^int command_(\w+)\(/gm,
    file: (name) => `server/command/${name}.c`,
  },
];

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}

export function examineTables(files) {
  const problems = [];
  for (const table of tables) {
    const text = files.get(table.table);
    if (text === undefined) continue;
    const rows = new Set(rowNames(text, table.macro));
    const defined = new Map();
    for (const [file, source] of files) {
      if (!table.files.test(file)) continue;
      for (const found of source.matchAll(table.defines))
        defined.set(found[1], { file, line: lineOf(source, found.index) });
    }
    if (defined.size === 0) continue;
    for (const [name, at] of defined)
      if (!rows.has(name))
        problems.push({ path: at.file, line: at.line, message: `${table.what} ${name} has no row in ${table.table}` });
    for (const name of rows) {
      const at = defined.get(name);
      if (!at) problems.push({ path: table.table, line: 1, message: `${table.what} ${name} is defined nowhere` });
      else if (table.file && at.file !== table.file(name))
        problems.push({ path: at.file, line: at.line, message: `${table.what} ${name} belongs in ${table.file(name)}` });
    }
  }
  return problems;
}
