// SPDX-License-Identifier: MIT
// What this browser remembers: the theme, and whether every view is wanted at once. The projector is a
// theme of the page, not of the person, and so is not remembered; nor is the direction of writing.
const grounds = ['light', 'dark', 'contrast'] as const;
type Ground = (typeof grounds)[number];
export type Theme = Ground | 'projector';
const THEME_KEY = 'vmscope.theme';
const EVERYTHING_KEY = 'vmscope.everything';

const query = new URLSearchParams(window.location.search);

function remembered(): Ground {
  const wanted = query.get('theme') ?? localStorage.getItem(THEME_KEY);
  const known = grounds.find((ground) => ground === wanted);
  if (known) return known;
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

class Settings {
  private ground = $state<Ground>(remembered());
  projector = $state(query.get('theme') === 'projector');
  theme = $derived<Theme>(this.projector ? 'projector' : this.ground);
  /** What the switch leads to: light, dark, high contrast, and round again. */
  next = $derived<Ground>(
    this.projector
      ? 'light'
      : (grounds[(grounds.indexOf(this.ground) + 1) % grounds.length] ?? 'light'),
  );
  /** All views stand open from the start. */
  everything = $state(localStorage.getItem(EVERYTHING_KEY) === 'yes');
  /** Of the page: languages that are written from right to left mirror it. */
  readonly direction = query.get('dir') === 'rtl' ? 'rtl' : 'ltr';

  changeTheme(): void {
    this.ground = this.next;
    this.projector = false;
    localStorage.setItem(THEME_KEY, this.ground);
  }

  showEverything(): void {
    this.everything = true;
    localStorage.setItem(EVERYTHING_KEY, 'yes');
  }
}

export const settings = new Settings();
