// SPDX-License-Identifier: MIT
// What this browser remembers: the theme, and whether every view is wanted at once. The projector is a
// theme of the page, not of the person, and so is not remembered.
export type Theme = 'light' | 'dark' | 'projector';
const THEME_KEY = 'vmscope.theme';
const EVERYTHING_KEY = 'vmscope.everything';

function remembered(): 'light' | 'dark' {
  const asked = new URLSearchParams(window.location.search).get('theme');
  const stored = asked ?? localStorage.getItem(THEME_KEY);
  if (stored === 'light' || stored === 'dark') return stored;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

class Settings {
  private ground = $state<'light' | 'dark'>(remembered());
  projector = $state(new URLSearchParams(window.location.search).get('theme') === 'projector');
  theme = $derived<Theme>(this.projector ? 'projector' : this.ground);
  /** All views stand open from the start. */
  everything = $state(localStorage.getItem(EVERYTHING_KEY) === 'yes');

  toggleDark(): void {
    this.ground = this.theme === 'dark' ? 'light' : 'dark';
    this.projector = false;
    localStorage.setItem(THEME_KEY, this.ground);
  }

  showEverything(): void {
    this.everything = true;
    localStorage.setItem(EVERYTHING_KEY, 'yes');
  }
}

export const settings = new Settings();
