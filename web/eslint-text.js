// SPDX-License-Identifier: MIT
// What a person reads stands in src/text, not in a component: markup, and the attributes that are read out,
// hold no words. A lone letter, a unit of one letter, `0x` are signs, not words.
const READ = new Set([
  ...[
    'aria-label',
    'aria-description',
    'aria-roledescription',
    'aria-valuetext',
    'aria-placeholder',
  ],
  ...['title', 'placeholder', 'alt', 'label', 'text', 'caption', 'heading', 'summary'],
]);
const WORD = /\p{L}{2,}/u;

/** Strings that an expression may come to, seen from outside: not those that it compares or passes on. */
function* strings(node) {
  if (!node) return;
  if (node.type === 'Literal' && typeof node.value === 'string') yield [node, node.value];
  if (node.type === 'TemplateLiteral')
    for (const piece of node.quasis) yield [piece, piece.value.cooked];
  if (node.type === 'TemplateLiteral') for (const one of node.expressions) yield* strings(one);
  if (node.type === 'ConditionalExpression') {
    yield* strings(node.consequent);
    yield* strings(node.alternate);
  }
  if (node.type === 'LogicalExpression') {
    yield* strings(node.left);
    yield* strings(node.right);
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    yield* strings(node.left);
    yield* strings(node.right);
  }
}

const noLiteralText = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { literal: 'text that a person reads belongs in src/text: “{{text}}”' },
  },
  create(context) {
    const look = (node, text) => {
      if (WORD.test(text))
        context.report({ node, messageId: 'literal', data: { text: text.trim().slice(0, 40) } });
    };
    const within = (node) => {
      for (const [piece, text] of strings(node)) look(piece, text);
    };
    const styleOrScript = (node) => /^(style|script)$/.test(node.parent?.name?.name ?? '');
    return {
      SvelteText(node) {
        if (!styleOrScript(node) && node.parent?.type !== 'SvelteStyleElement')
          look(node, node.value);
      },
      SvelteMustacheTag(node) {
        if (node.parent?.type !== 'SvelteAttribute') within(node.expression);
      },
      SvelteAttribute(node) {
        if (!READ.has(node.key.name)) return;
        for (const value of node.value) {
          if (value.type === 'SvelteLiteral') look(value, value.value);
          else if (value.type === 'SvelteMustacheTag') within(value.expression);
        }
      },
    };
  },
};

export default { rules: { 'no-literal-text': noLiteralText } };
