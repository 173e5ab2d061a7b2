// SPDX-License-Identifier: MIT
import { texts } from './texts.ts';
export const words = texts({
  text: 'Scenario text',
  failed: 'The editor could not be loaded. Please reload the page.',
  definedAt: (line: number) => `from line ${line}`,
  startOf: (program: string) => `A = start ${program}`,
  fresh: 'New scenario',
  save: 'Save',
  saveCopy: 'Save a copy',
  saved: 'Saved',
  unsaved: 'Not saved',
  format: 'Format',
  run: 'Run in the Lab',
  fine: 'No problems.',
  checking: 'Checking…',
  problems: 'Problems',
  expectations: 'Expectations',
  held: 'held',
  edit: 'Edit',
  close: 'Close the text',
  shipped: 'From the library: saving makes your own copy.',
  foreign: 'Saved by someone else: saving makes your own copy.',
});
