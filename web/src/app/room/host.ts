// SPDX-License-Identifier: MIT
// The host's secrets: of this tab, so that a reload keeps the room; and of this browser, so that a closed
// tab does not lose it. Never in an address that others could read from a projector.
import { parse } from '../../lib/json.ts';
import { readRoom } from '../../wire/rooms.ts';

const TAB = 'vmscope.host';
const BROWSER = 'vmscope.hosts';

interface Held {
  readonly code: string;
  readonly token: string;
}

function read(text: string | null): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** The room that this tab teaches in. */
export function heldByTab(): Held | undefined {
  const { code, token } = read(sessionStorage.getItem(TAB));
  return code && token ? { code, token } : undefined;
}
export const heldByBrowser = (code: string): string | undefined =>
  read(localStorage.getItem(BROWSER))[code];

export function hold(code: string, token: string): void {
  sessionStorage.setItem(TAB, JSON.stringify({ code, token }));
  const all = Object.entries({ ...read(localStorage.getItem(BROWSER)), [code]: token });
  localStorage.setItem(BROWSER, JSON.stringify(Object.fromEntries(all.slice(-20))));
}
export function letGo(code: string): void {
  if (heldByTab()?.code === code) sessionStorage.removeItem(TAB);
  const all = Object.entries(read(localStorage.getItem(BROWSER))).filter(([key]) => key !== code);
  localStorage.setItem(BROWSER, JSON.stringify(Object.fromEntries(all)));
}

/** What was taught in this tab, for the case that the room is gone when the page comes back. */
const LESSON = 'vmscope.lesson';
export interface Lesson {
  readonly source: { readonly scenario: string } | { readonly text: string };
  readonly set: Readonly<Record<string, string>>;
  readonly position: string;
}
export const keepLesson = (code: string, lesson: Lesson): void =>
  sessionStorage.setItem(
    LESSON,
    JSON.stringify({ code, ...lesson.source, set: lesson.set, position: lesson.position }),
  );
export function keptLesson(code: string): Lesson | undefined {
  const kept = parse(sessionStorage.getItem(LESSON) ?? '');
  if (kept?.['code'] !== code) return undefined;
  const { source, set, position } = readRoom(kept);
  return { source, set, position };
}

/** A host link was opened: its secret leaves the address bar at once. */
export function takeFragment(code: string): void {
  const token = /^#host=([0-9a-f]{32})$/.exec(location.hash)?.[1];
  if (!token) return;
  hold(code, token);
  history.replaceState(null, '', location.pathname + location.search);
}
