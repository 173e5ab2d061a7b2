// SPDX-License-Identifier: MIT
// Edit tokens of scenarios that this browser saved. Whoever holds one may change the scenario.
const KEY = 'vmscope.tokens';

function all(): Record<string, string> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}

export const tokenOf = (id: string): string | undefined => all()[id];

export function keepToken(id: string, token: string): void {
  localStorage.setItem(KEY, JSON.stringify({ ...all(), [id]: token }));
}
