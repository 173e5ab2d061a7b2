// SPDX-License-Identifier: MIT
// Pictures of the Lab as files, animations and printed strips.
import { countText } from '../model/names.ts';
import { texts } from './texts.ts';

export const words = texts({
  button: 'Picture',
  title: 'Pictures',
  hint: 'Made here, in this browser. Nothing is sent.',
  what: 'Of what',
  whole: 'the whole lab',
  save: 'Save this moment',
  svg: 'SVG',
  png: 'PNG',
  run: 'Save a run of steps',
  from: 'from step',
  to: 'to step',
  each: 'a picture for each',
  operation: 'operation',
  micro: 'micro-step',
  seconds: 'seconds each',
  animation: 'Animated image',
  strip: 'Printable strip',
  making: (n: number, of: number) => `Picture ${countText(n)} of ${countText(of)}`,
  stop: 'Stop',
  close: 'Close',
  print: 'Print',
  none: 'There is no step between these.',
  most: (n: number) => `The first ${countText(n)} pictures only.`,
  failed: 'The picture could not be made.',
  stripTitle: (title: string) => `${title}, step by step`,
  own: 'Open the strip as a page of its own',
  noRange: 'There are no such steps: from and to are step numbers, from not behind to.',
  range: (from: string, to: string, of: string) => `Steps ${from} to ${to} of ${of}.`,
  printed: (day: string) => `Printed ${day}.`,
  step: (n: string) => `Step ${n}`,
});
