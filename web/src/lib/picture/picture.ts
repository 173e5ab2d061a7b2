// SPDX-License-Identifier: MIT
// What stands in an element on the page, as one SVG that needs nothing else: boxes, texts, drawings,
// and canvases as images inside. Only what is to be seen; fonts are named, not embedded.
import { escaped, hatchOf, ringOf, tag, unseen } from './write.ts';

export interface Picture {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

const drawn = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
  'visibility',
  'display',
] as const;

/** A drawing of the page with its styles in its own attributes. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of drawn) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, value.replaceAll('"', "'"));
  }
  for (const name of ['class', 'tabindex', 'role', 'aria-hidden']) to.removeAttribute(name);
  [...from.children].forEach((child, i) => {
    const twin = to.children[i];
    if (twin) inline(child, twin);
  });
}

class Walker {
  readonly defs: string[] = [];
  private readonly measure = document.createElement('canvas').getContext('2d');
  private ids = 0;

  constructor(private readonly origin: DOMRect) {}

  private x(value: number): number {
    return value - this.origin.left;
  }
  private y(value: number): number {
    return value - this.origin.top;
  }

  private hatch(colours: readonly string[], angle: number): string {
    const id = `hatch${++this.ids}`;
    const [first = 'none', second] = colours;
    const stripes =
      (second ? tag('rect', { width: 8, height: 8, fill: second }) : '') +
      tag('rect', { width: 8, height: second ? 4 : 2, fill: first });
    this.defs.push(
      tag(
        'pattern',
        {
          id,
          width: 8,
          height: second ? 8 : 5,
          patternUnits: 'userSpaceOnUse',
          patternTransform: `rotate(${angle - 180})`,
        },
        stripes,
      ),
    );
    return `url(#${id})`;
  }

  /** Background, border and rings of a box. */
  private box(style: CSSStyleDeclaration, rect: DOMRect): string {
    const place = {
      x: this.x(rect.left),
      y: this.y(rect.top),
      width: rect.width,
      height: rect.height,
    };
    const radius = Math.min(
      parseFloat(style.borderTopLeftRadius) || 0,
      rect.width / 2,
      rect.height / 2,
    );
    let out = '';
    if (!unseen(style.backgroundColor)) {
      const zigzag = style.maskImage !== 'none' && style.maskImage !== '';
      out += zigzag
        ? tag('line', {
            x1: place.x,
            x2: place.x + place.width,
            y1: place.y + place.height / 2,
            y2: place.y + place.height / 2,
            stroke: style.backgroundColor,
            'stroke-width': 1.2,
            'stroke-dasharray': '3 3',
          })
        : tag('rect', { ...place, rx: radius || undefined, fill: style.backgroundColor });
    }
    const hatch = hatchOf(style.backgroundImage);
    if (hatch) {
      const fill = this.hatch(hatch.colours, hatch.angle);
      out += tag('rect', { ...place, rx: radius || undefined, fill });
    }
    const ring = ringOf(style.boxShadow);
    if (ring && !unseen(ring.colour)) {
      const by = ring.inset ? ring.width / 2 : -ring.width / 2;
      out += tag('rect', {
        x: place.x + by,
        y: place.y + by,
        width: Math.max(0, place.width - 2 * by),
        height: Math.max(0, place.height - 2 * by),
        rx: Math.max(0, radius - by) || undefined,
        fill: 'none',
        stroke: ring.colour,
        'stroke-width': ring.width,
      });
    }
    return out + this.border(style, place, radius);
  }

  private border(
    style: CSSStyleDeclaration,
    p: { x: number; y: number; width: number; height: number },
    radius: number,
  ): string {
    const sides = (['Top', 'Right', 'Bottom', 'Left'] as const).map((side) => ({
      width:
        style[`border${side}Style`] === 'none' ? 0 : parseFloat(style[`border${side}Width`]) || 0,
      colour: style[`border${side}Color`],
      dashed: style[`border${side}Style`] === 'dashed',
    }));
    const [top, right, bottom, left] = sides as [Side, Side, Side, Side];
    const paint = (side: Side) => ({
      stroke: side.colour,
      'stroke-width': side.width,
      'stroke-dasharray': side.dashed ? '4 3' : undefined,
    });
    const same = sides.every((s) => s.width === top.width && s.colour === top.colour);
    if (same) {
      if (top.width === 0 || unseen(top.colour)) return '';
      return tag('rect', {
        x: p.x + top.width / 2,
        y: p.y + top.width / 2,
        width: Math.max(0, p.width - top.width),
        height: Math.max(0, p.height - top.width),
        rx: Math.max(0, radius - top.width / 2) || undefined,
        fill: 'none',
        ...paint(top),
      });
    }
    const line = (side: Side, x1: number, y1: number, x2: number, y2: number) =>
      side.width > 0 && !unseen(side.colour) ? tag('line', { x1, y1, x2, y2, ...paint(side) }) : '';
    const [r, b] = [p.x + p.width, p.y + p.height];
    return (
      line(top, p.x, p.y + top.width / 2, r, p.y + top.width / 2) +
      line(right, r - right.width / 2, p.y, r - right.width / 2, b) +
      line(bottom, p.x, b - bottom.width / 2, r, b - bottom.width / 2) +
      line(left, p.x + left.width / 2, p.y, p.x + left.width / 2, b)
    );
  }

  /** A box that only style sheets make. */
  private pseudo(element: Element, rect: DOMRect, which: '::before' | '::after'): string {
    const style = getComputedStyle(element, which);
    if (style.content === 'none' || style.content === 'normal') return '';
    const of = (name: string) => parseFloat(style.getPropertyValue(name));
    const [width, height] = [of('width'), of('height')];
    let [left, top] = [of('left'), of('top')];
    if (style.position !== 'absolute') {
      // The first and the last piece of a row, as the ends of a gap are.
      const row = getComputedStyle(element);
      if (!row.display.includes('flex') || style.position !== 'static') return '';
      const first = (which === '::before') === (row.direction === 'ltr');
      left = first
        ? parseFloat(row.paddingLeft)
        : rect.width - parseFloat(row.paddingRight) - width;
      top = (rect.height - height) / 2;
    }
    if (![left, top, width, height].every(Number.isFinite)) return '';
    return this.box(style, new DOMRect(rect.left + left, rect.top + top, width, height));
  }

  /** One text a line, where the browser has set it. */
  private words(node: Text): string {
    const parent = node.parentElement;
    if (!parent || node.data.trim() === '') return '';
    const style = getComputedStyle(parent);
    const range = document.createRange();
    const lines: { text: string; left: number; top: number; right: number; height: number }[] = [];
    for (const { index, 0: word } of node.data.matchAll(/\S+\s*/g)) {
      const end = index + word.trimEnd().length;
      range.setStart(node, index);
      range.setEnd(node, end);
      const rect = range.getClientRects()[0];
      if (!rect || rect.width === 0) continue;
      const shown = range.toString();
      const last = lines.at(-1);
      if (last && Math.abs(last.top - rect.top) < 2) {
        last.text += ` ${shown}`;
        last.right = rect.right;
      } else
        lines.push({
          text: shown,
          left: rect.left,
          top: rect.top,
          right: rect.right,
          height: rect.height,
        });
    }
    if (!this.measure) return '';
    this.measure.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const metrics = this.measure.measureText('x');
    const box = metrics.fontBoundingBoxAscent + metrics.fontBoundingBoxDescent;
    const upper = style.textTransform === 'uppercase';
    return lines
      .map((line) =>
        tag(
          'text',
          {
            x: this.x(line.left),
            y: this.y(line.top) + metrics.fontBoundingBoxAscent + (line.height - box) / 2,
            textLength: line.right - line.left,
            lengthAdjust: 'spacingAndGlyphs',
            'font-family': style.fontFamily.replaceAll('"', "'"),
            'font-size': style.fontSize,
            'font-weight': style.fontWeight,
            fill: style.color,
          },
          escaped(upper ? line.text.toUpperCase() : line.text),
        ),
      )
      .join('');
  }

  /** What a field shows: a value is no text of the page. */
  private field(element: HTMLInputElement | HTMLSelectElement, rect: DOMRect): string {
    const style = getComputedStyle(element);
    const text =
      element instanceof HTMLSelectElement
        ? (element.selectedOptions[0]?.text ?? '')
        : element.value || element.placeholder;
    const size = parseFloat(style.fontSize);
    return tag(
      'text',
      {
        x: this.x(rect.left) + (parseFloat(style.paddingLeft) || 4) + 1,
        y: this.y(rect.top) + rect.height / 2 + size * 0.36,
        'font-family': style.fontFamily.replaceAll('"', "'"),
        'font-size': size,
        'font-weight': style.fontWeight,
        fill: style.color,
      },
      escaped(text.trim()),
    );
  }

  private drawing(svg: SVGSVGElement, rect: DOMRect): string {
    const twin = svg.cloneNode(true) as SVGSVGElement;
    inline(svg, twin);
    const place = {
      x: this.x(rect.left),
      y: this.y(rect.top),
      width: rect.width,
      height: rect.height,
    };
    for (const [key, value] of Object.entries(place)) twin.setAttribute(key, value.toFixed(2));
    if (!svg.hasAttribute('viewBox'))
      twin.setAttribute('viewBox', `0 0 ${rect.width} ${rect.height}`);
    // Labels may stand outside of their drawing.
    if (getComputedStyle(svg).overflow === 'visible') twin.setAttribute('overflow', 'visible');
    twin.removeAttribute('style');
    return new XMLSerializer().serializeToString(twin);
  }

  element(element: Element): string {
    // Sheets lie over the picture, they are none of it.
    if (element instanceof HTMLDialogElement) return '';
    const style = getComputedStyle(element);
    if (style.display === 'none' || style.opacity === '0') return '';
    const rect = element.getBoundingClientRect();
    const contents = style.display === 'contents';
    // What is there for screen readers alone is a pixel large.
    if (!contents && (rect.width <= 1 || rect.height <= 1) && style.overflow !== 'visible')
      return '';
    const { origin } = this;
    const seen =
      rect.right >= origin.left &&
      rect.left <= origin.right &&
      rect.bottom >= origin.top &&
      rect.top <= origin.bottom;
    if (!seen && !contents && style.overflow !== 'visible') return '';
    const visible = style.visibility === 'visible';
    let out = visible && !contents ? this.box(style, rect) : '';
    if (visible) out += this.pseudo(element, rect, '::before');
    if (element instanceof SVGSVGElement) out += visible ? this.drawing(element, rect) : '';
    else if (element instanceof HTMLCanvasElement) {
      const place = {
        x: this.x(rect.left),
        y: this.y(rect.top),
        width: rect.width,
        height: rect.height,
      };
      if (visible && element.width > 0 && element.height > 0)
        out += tag('image', { ...place, href: element.toDataURL('image/png') });
    } else if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement)
      out += visible ? this.field(element, rect) : '';
    else {
      let inside = '';
      for (const child of element.childNodes) {
        if (child instanceof Text) inside += visible ? this.words(child) : '';
        else if (child instanceof Element) inside += this.element(child);
      }
      out += this.clipped(style, element, rect, inside);
    }
    if (visible) out += this.pseudo(element, rect, '::after');
    return style.opacity !== '1' && out ? tag('g', { opacity: style.opacity }, out) : out;
  }

  private clipped(
    style: CSSStyleDeclaration,
    element: Element,
    rect: DOMRect,
    inside: string,
  ): string {
    const cuts =
      style.overflow !== 'visible' &&
      (element.scrollWidth > element.clientWidth + 1 ||
        element.scrollHeight > element.clientHeight + 1);
    if (!cuts || inside === '') return inside;
    const id = `clip${++this.ids}`;
    const place = {
      x: this.x(rect.left),
      y: this.y(rect.top),
      width: rect.width,
      height: rect.height,
    };
    this.defs.push(tag('clipPath', { id }, tag('rect', place)));
    return tag('g', { 'clip-path': `url(#${id})` }, inside);
  }
}

interface Side {
  readonly width: number;
  readonly colour: string;
  readonly dashed: boolean;
}

export function pictureOf(element: Element, title: string): Picture {
  const rect = element.getBoundingClientRect();
  const walker = new Walker(rect);
  const inside = walker.element(element);
  const { backgroundColor } = getComputedStyle(document.body);
  const [width, height] = [Math.ceil(rect.width), Math.ceil(rect.height)];
  const text = tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    tag('title', {}, escaped(title)) +
      tag('defs', {}, walker.defs.join('')) +
      tag('rect', { width, height, fill: backgroundColor }) +
      inside,
  );
  return { text, width, height };
}
