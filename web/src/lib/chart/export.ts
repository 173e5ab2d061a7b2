// SPDX-License-Identifier: MIT
// A chart or a table as a file: SVG that stands alone, PNG, CSV, JSON. Nothing leaves the browser.
import { marksSvg, type Drawing } from './marks.ts';

const copied = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
] as const;

/** Styles come from the page's sheets; in a file each element carries its own. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of copied) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, value.replaceAll('"', "'"));
  }
  to.removeAttribute('class');
  [...from.children].forEach((child, i) => {
    const twin = to.children[i];
    if (twin) inline(child, twin);
  });
}

export interface LegendEntry {
  readonly title: string;
  readonly style: number;
  readonly dash: string;
}

const SVG = 'http://www.w3.org/2000/svg';

function element(name: string, attributes: Record<string, string | number>, text = ''): Element {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/** The drawing with a title above and a legend below. */
export function svgText(
  { svg, marks }: Drawing,
  title: string,
  legend: readonly LegendEntry[],
): { text: string; width: number; height: number } {
  const box = svg.getBoundingClientRect();
  const root = getComputedStyle(document.documentElement);
  const token = (name: string) => root.getPropertyValue(`--${name}`).trim();
  const columns = Math.max(1, Math.floor((box.width - 24) / 150));
  const rows = Math.ceil(legend.length / columns);
  const [top, width] = [36, box.width];
  const height = top + box.height + rows * 20 + 16;
  const twin = svg.cloneNode(true) as SVGSVGElement;
  inline(svg, twin);
  for (const passing of twin.querySelectorAll('[data-passing]')) passing.remove();
  twin.append(marksSvg(marks(), element));
  const out = element('svg', {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'font-family': 'Inter, sans-serif',
    'font-size': 12,
  });
  out.append(element('title', {}, title));
  out.append(element('rect', { width, height, fill: token('panel') }));
  out.append(
    element(
      'text',
      { x: 12, y: 24, 'font-size': 15, 'font-weight': 600, fill: token('ink') },
      title,
    ),
  );
  const inner = element('g', { transform: `translate(0 ${top})` });
  inner.append(...twin.childNodes);
  out.append(inner);
  legend.forEach((entry, i) => {
    const x = 12 + (i % columns) * 150;
    const y = top + box.height + 12 + Math.floor(i / columns) * 20;
    const colour = token(`series-${entry.style % 8}`);
    const line = { x1: x, y1: y - 4, x2: x + 24, y2: y - 4, stroke: colour, 'stroke-width': 2 };
    out.append(element('line', { ...line, 'stroke-dasharray': entry.dash || 'none' }));
    out.append(element('text', { x: x + 30, y, fill: token('ink2') }, entry.title));
  });
  return { text: new XMLSerializer().serializeToString(out), width, height };
}

export async function pngOf(svg: { text: string; width: number; height: number }): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg.text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(svg.width * 2);
    canvas.height = Math.round(svg.height * 2);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

export type Value = number | string;

/** RFC 4180: what holds a comma, a quote or a line's end stands in quotes. */
export function csvText(head: readonly string[], rows: readonly (readonly Value[])[]): string {
  const cell = (value: Value) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

export function save(name: string, type: string, content: string | Blob): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
