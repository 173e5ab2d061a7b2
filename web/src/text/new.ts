// SPDX-License-Identifier: MIT
// The page on which a scenario begins.
import { texts } from './texts.ts';
export const words = texts({
  title: 'New from a template',
  lead: 'Choose a beginning. In the Lab each thing you do becomes a line of its text; or write the text yourself.',
  write: 'Write the text',
  writeOf: (title: string) => `Write the text: ${title}`,
  draft: 'Go on with your draft',
  draftOf: (title: string) => `Begun here and not saved: ${title}`,
  loading: 'Reading the templates…',
});
