// SPDX-License-Identifier: MIT
// A node in words, for those who point at it and those who do not see it.
import type { Names } from '../../model/index.ts';
import type { Node } from './picture.ts';
import { words } from '../../text/policy.ts';

export function nodeText(node: Node, names: Names): string {
  const letter = node.pid ? names.letter(node.pid) : '';
  const parts: string[] = [];
  if (node.frame === undefined) parts.push(words.ghostOf(node.page));
  else {
    parts.push(words.frame(names.frame(node.frame)));
    parts.push(node.page === '' ? words.free : words.page(node.page, letter));
  }
  if (node.dirty) parts.push(words.dirty);
  for (const word of node.words) parts.push(words.value(word.title, word.text));
  for (const hand of node.hands) parts.push(words.hand(hand));
  return parts.join(', ');
}
