// SPDX-License-Identifier: MIT
// What this browser remembers: the theme. The projector is a theme of the page, not of the person, and so
// is not remembered.
export type Theme = 'light' | 'dark' | 'projector';
const KEY = 'vmscope.theme';

function remembered(): 'light' | 'dark' {
  const asked = new URLSearchParams(window.location.search).get('theme');
  const stored = asked ?? localStorage.getItem(KEY);
  if (stored === 'light' || stored === 'dark') return stored;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

class Settings {
  private ground = $state<'light' | 'dark'>(remembered());
  projector = $state(new URLSearchParams(window.location.search).get('theme') === 'projector');
  theme = $derived<Theme>(this.projector ? 'projector' : this.ground);

  toggleDark(): void {
    this.ground = this.theme === 'dark' ? 'light' : 'dark';
    this.projector = false;
    localStorage.setItem(KEY, this.ground);
  }
}

export const settings = new Settings();
