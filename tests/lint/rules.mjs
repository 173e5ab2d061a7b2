// SPDX-License-Identifier: MIT
// Who may know whom (ARCHITECTURE.md), as tables. layers.mjs applies them; a new layer is a new row.

/** A header that only some folders may include. */
export const headers = [
  { header: /^microhttpd\.h$/, only: ['server/http/', 'server/ws/'], name: 'libmicrohttpd' },
  { header: /^wslay\//, only: ['server/ws/'], name: 'wslay' },
  { header: /^sqlite3\.h$/, only: ['db/', 'tests/db/'], name: 'SQLite' },
  { header: /^(cjson\/)?cJSON\.h$/, only: ['server/wire/', 'server/api/'], name: 'cJSON' },
  { header: /^pthread\.h$|^threads\.h$/, never: ['engine/'], name: 'threads' },
  { header: /^vm\//, never: ['db/'], name: 'the engine' },
];

/** Parts of the server: what each may include besides itself and the C library. */
export const serverParts = {
  wire: ['vm'],
  trace: ['vm'],
  lab: ['trace', 'wire', 'vm'],
  sim: ['lab', 'trace', 'wire', 'vm'],
  room: ['wire', 'store'],
  ws: ['room', 'sim', 'lab', 'wire', 'vm'],
  http: ['wire', 'store'],
  api: ['http', 'ws', 'room', 'sim', 'lab', 'trace', 'wire', 'vm', 'store'],
  command: ['api', 'http', 'ws', 'room', 'sim', 'lab', 'trace', 'wire', 'vm', 'store'],
};

/** What the engine may take from the C library: no clock, files, sockets, locale or signals. */
export const engineHeaders = new Set(
  ['assert', 'ctype', 'errno', 'float', 'inttypes', 'limits', 'math', 'stdalign', 'stdarg', 'stdbool', 'stddef',
    'stdint', 'stdio', 'stdlib', 'stdnoreturn', 'string'].map((name) => `${name}.h`),
);

/** Calls that would make the engine depend on more than what it is given. snprintf is fine. */
export const engineCalls =
  /\b(f?printf|vf?printf|puts|fputs|putchar|fopen|fclose|fread|fwrite|fgets|getchar|scanf|fscanf|perror|time|clock|gettimeofday|clock_gettime|rand|srand|random|getenv|system|exit|abort|signal|raise|setlocale|pthread_\w+)\s*\(/;

/** Calls that only some files of a folder may make. */
export const guardedCalls = [
  {
    folder: 'server/lab/', call: /\bvm_history_(length|head)\s*\(/,
    only: ['run', 'trace', 'trace_machine', 'open', 'seen', 'ask', 'ask_find', 'series', 'lanes', 'reply'].map((name) => `server/lab/${name}.c`),
    why: 'where a run ends is lab_run_end: nothing is told of what lies behind an open question',
  },
];

/** Programs that live beside the engine but are not in the library. */
export const engineTools = /^engine\/tables\/generate/;

/** Parts of a folder that are a layer of their own. */
export const webFolders = [
  ['tables', 'web/src/wire/generated'],
  ['draw', 'web/src/lib/draw/'],
  ['chart', 'web/src/lib/chart/'],
];

/** Layers of the page: what each may import besides itself. `views/x` is a layer of its own. */
export const webLayers = {
  tables: [],
  lib: [],
  wire: ['tables', 'lib'],
  model: ['tables', 'wire', 'lib'],
  text: ['model'],
  theme: ['lib'],
  lab: ['tables', 'model', 'wire', 'lib', 'theme'],
  narration: ['tables', 'model', 'wire', 'text', 'lib'],
  draw: ['tables', 'model', 'text', 'lib', 'theme'],
  chart: ['model', 'text', 'draw'],
  views: ['tables', 'model', 'narration', 'wire', 'text', 'lab', 'lib', 'draw', 'chart', 'theme'],
};

/** Words that a layer's code may not use. */
export const webWords = [
  { layer: 'model', word: /\b(document|globalThis|localStorage|performance\.now|Date\.now|new Date|fetch|setTimeout|setInterval|requestAnimationFrame|Math\.random)\b/, why: 'the model is pure: no DOM, clock or network' },
  { layer: 'narration', word: /\b(document|globalThis|localStorage|Date\.now|fetch|setTimeout)\b/, why: 'narration is pure: words from values' },
  { notLayer: 'wire', word: /\bnew (WebSocket|EventSource)\b/, why: 'only wire/ touches the socket' },
];

/** Every file of these kinds in these folders must be named so, or nobody runs it. */
export const testNames = [
  { folder: /^tests\/(engine|server|db|conformance)\/[^/]+\.c$/, name: /\/(test|support)_\w+\.c$/, hint: 'test_*.c (a test) or support_*.c (a helper)' },
  { folder: /^tests\/fuzz\/[^/]+\.c$/, name: /\/fuzz_\w+\.c$/, hint: 'fuzz_*.c' },
];

/** Length past which a file should have a reason. */
export const longFile = 400;
export const lengthExempt = /generated|package-lock|\.def$|\.md$|\.vms$|\.sql$|\.svg$|LICENSE/;
