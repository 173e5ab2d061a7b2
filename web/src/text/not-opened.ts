// SPDX-License-Identifier: MIT
// What a person reads when a run cannot be opened.
import { texts } from './texts.ts';

export const words = texts({
  title: {
    scenario: 'This scenario cannot be opened',
    trace: 'This trace cannot be opened',
    text: 'This text cannot be run',
  },
  asked: 'Asked for',
  at: (step: string) => `at step ${step}`,
  own: 'the text that this browser keeps as a draft',
  says: 'The server says',
  perhaps: 'What may have happened',
  reasons: {
    scenario: [
      'The address was copied or typed with a mistake: ids tell small letters from large ones.',
      'Who saved the scenario has deleted it.',
      'It was saved on another server: a link to a server at home leads nowhere else.',
    ],
    trace: [
      'The address was copied or typed with a mistake.',
      'The trace was deleted, or was uploaded to another server.',
    ],
    text: [
      'A line is wrong: what was found in it stands above.',
      'A link was cut when it was copied: a text in an address must be complete.',
    ],
    broken:
      'This page and the server do not understand each other. Reading the page anew may help.',
  },
  near: 'Perhaps you mean',
  again: 'Try again',
  library: 'To the library',
  make: 'New scenario',
  mend: 'Mend the text',
});
