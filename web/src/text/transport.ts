// SPDX-License-Identifier: MIT
import { texts } from './texts.ts';
export const words = texts({
  group: 'Playback',
  start: 'To the start',
  startKey: 'To the start (Home)',
  back: 'One step back',
  backKey: 'One step back (←), one operation back (Shift ←)',
  play: 'Play',
  pause: 'Pause',
  playKey: 'Play or pause (Space)',
  forward: 'One step on',
  forwardKey: 'One step on (→), one operation on (Shift →)',
  end: 'To the end',
  endKey: 'To the end (End)',
  speed: 'Speed',
  speedKey: 'Speed: 1× shows a micro-step for 450 ms',
  of: 'of',
  jump: 'Go to a step: 148, or 148.7 for its seventh micro-step',
  jumpExample: '148 or 148.7',
  asks: 'Ask me first',
  asksKey: 'Ask me first: a question before each interesting step (q)',
});
