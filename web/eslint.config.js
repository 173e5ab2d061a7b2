import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import text from './eslint-text.js';

export default ts.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      ...['generated', 'whys', 'analyses'].map((f) => `src/wire/${f}.ts`),
      'src/views/editor/generated.ts',
    ],
  },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      // tsc sees unused names, and knows the browser's globals.
      '@typescript-eslint/no-unused-vars': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // Plain Maps and Sets are on purpose: the model is not reactive, a version number is.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-navigation-without-resolve': 'off',
      // The content security policy refuses style attributes.
      'svelte/no-inline-styles': ['error', { allowTransitions: false }],
    },
  },
  {
    files: ['src/**/*.svelte'],
    plugins: { text },
    rules: { 'text/no-literal-text': 'error' },
  },
  {
    // The layers: app → views → narration, model → wire, lib. The model knows no DOM, clock or network.
    files: ['src/model/**', 'src/narration/**', 'src/wire/**', 'src/lib/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['**/views/**', '**/app/**'] }],
    },
  },
  {
    files: ['src/model/**', 'src/narration/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['window', 'document', 'performance', 'fetch', 'setTimeout', 'WebSocket', 'Date'],
      ],
    },
  },
  { files: ['*.mjs', '*.js', 'tests/**'], languageOptions: { globals: { ...globals.node } } },
);
