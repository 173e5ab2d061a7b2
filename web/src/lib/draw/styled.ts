// SPDX-License-Identifier: MIT
// Sizes and places that are computed: set from code, as the content security policy asks. `use:styled`.
type Styles = Readonly<Record<string, string | undefined>>;

export function styled(node: HTMLElement, styles: Styles) {
  const set = (wanted: Styles) => {
    for (const [name, value] of Object.entries(wanted)) {
      if (value === undefined) node.style.removeProperty(name);
      else node.style.setProperty(name, value);
    }
  };
  set(styles);
  return { update: set };
}
