// SPDX-License-Identifier: MIT
// SVG as text, element by element. Pure.
export const escaped = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    // What XML has no place for.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const short = (value: string | number) =>
  typeof value === 'number' ? String(Number(value.toFixed(2))) : escaped(value);

export function tag(name: string, attributes: Attributes, inside?: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${short(value as string | number)}"`)
    .join('');
  return inside === undefined ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

/** "rgba(0, 0, 0, 0)" and the like: nothing would be seen. */
export const unseen = (colour: string): boolean =>
  colour === '' ||
  colour === 'transparent' ||
  colour === 'none' ||
  /^rgba\(.*,\s*0\)$/.test(colour) ||
  /\/\s*0\)$/.test(colour);

/** A ring inside a box: "rgb(1, 2, 3) 0px 0px 0px 2px inset". */
export function ringOf(
  shadow: string,
): { colour: string; width: number; inset: boolean } | undefined {
  for (const one of shadow.split(/,(?![^(]*\))/)) {
    const match =
      /^\s*((?:rgb|color|oklab|oklch|hsl)[^)]*\)|#\w+)\s+0px 0px 0px (\d+(?:\.\d+)?)px(\s+inset)?/.exec(
        one,
      );
    if (match?.[1] && match[2])
      return { colour: match[1], width: Number(match[2]), inset: match[3] !== undefined };
  }
  return undefined;
}

/** The colours and the angle of a hatch. */
export function hatchOf(image: string): { colours: string[]; angle: number } | undefined {
  if (!image.includes('repeating-linear-gradient')) return undefined;
  const colours = image.match(/(?:rgba?|color|oklab)\([^)]*\)|#[0-9a-f]{3,8}/gi) ?? [];
  const seen = colours.filter((c) => !unseen(c));
  const angle = Number(/(-?\d+)deg/.exec(image)?.[1] ?? 45);
  return seen.length > 0 ? { colours: [...new Set(seen)], angle } : undefined;
}
