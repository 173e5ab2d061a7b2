// SPDX-License-Identifier: MIT
// What stands in the Lab's own menus about questions; the rest comes with the first one (predict.ts).
import { texts } from './texts.ts';
export const tools = texts({
  askNext: 'Ask me about the next step',
  askNextKey: 'One question about the step that comes next (Shift q)',
});
