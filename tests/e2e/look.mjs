// SPDX-License-Identifier: MIT
// What is wrong with a picture, seen from inside the page and from its pixels: texts and controls that lie
// over each other, text that is cut off, a page or a box that scrolls sideways, targets that are too small,
// contrast below 4.5:1. The functions that run in the page stand alone; canvas text is known because
// `recordCanvasText` was there first.
import { inflateSync } from 'node:zlib';

/** An init script: every canvas remembers the texts that stand on it, in its own pixels. */
export function recordCanvasText() {
  const drawing = CanvasRenderingContext2D.prototype;
  const fillText = drawing.fillText;
  const clearRect = drawing.clearRect;
  const boxOf = (context, x0, y0, x1, y1) => {
    const t = context.getTransform();
    return { l: t.a * x0 + t.e, t: t.d * y0 + t.f, r: t.a * x1 + t.e, b: t.d * y1 + t.f };
  };
  drawing.fillText = function (text, x, y, ...rest) {
    fillText.call(this, text, x, y, ...rest);
    const m = this.measureText(text);
    // A turned text has another box; none of ours is.
    const box = boxOf(
      this,
      x - m.actualBoundingBoxLeft,
      y - m.actualBoundingBoxAscent,
      x + m.actualBoundingBoxRight,
      y + m.actualBoundingBoxDescent,
    );
    (this.canvas.__texts ??= []).push({
      text,
      ...box,
      ink: this.fillStyle,
      alpha: this.globalAlpha,
    });
  };
  drawing.clearRect = function (x, y, w, h) {
    clearRect.call(this, x, y, w, h);
    const c = boxOf(this, x, y, x + w, y + h);
    this.canvas.__texts = this.canvas.__texts?.filter(
      (t) => t.r <= c.l || t.l >= c.r || t.b <= c.t || t.t >= c.b,
    );
  };
  for (const side of ['width', 'height']) {
    const own = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, side);
    Object.defineProperty(HTMLCanvasElement.prototype, side, {
      ...own,
      set(value) {
        this.__texts = undefined;
        own.set.call(this, value);
      },
    });
  }
}

/**
 * Runs in the page. {faults: [text…], texts: [{name, l, t, r, b, ink, alpha, large, drawn}…]}; the texts are
 * those that can be seen, for the contrast.
 */
export function look({ target }) {
  const faults = [];
  const SLACK = 1.5;
  const root = document.documentElement;
  const screen = { l: 0, t: 0, r: root.clientWidth, b: root.clientHeight };
  const cutOf = (a, b) => ({
    l: Math.max(a.l, b.l),
    t: Math.max(a.t, b.t),
    r: Math.min(a.r, b.r),
    b: Math.min(a.b, b.b),
  });
  const sized = (box) => box.r - box.l > 0.5 && box.b - box.t > 0.5;
  const boxOf = ({ left, top, right, bottom }) => ({ l: left, t: top, r: right, b: bottom });
  const at = (box) => `at ${Math.round(box.l)},${Math.round(box.t)}`;
  const styles = new Map();
  const styleOf = (element) => {
    let style = styles.get(element);
    if (!style) styles.set(element, (style = getComputedStyle(element)));
    return style;
  };
  const nameOf = (element) => {
    const classes = typeof element.className === 'string' ? element.className : '';
    const own = classes.split(/\s+/).find((c) => c && !c.startsWith('svelte-'));
    return element.localName + (own ? `.${own}` : '');
  };
  const whole = (element) => {
    const panel = element.closest('.panel, header, nav, form, [role="dialog"], .story, .time');
    return (panel && panel !== element ? `${nameOf(panel)} ` : '') + nameOf(element);
  };
  const said = (text) => `“${text.trim().replace(/\s+/g, ' ').slice(0, 40)}”`;

  /** How much of it can be seen; 0 for what is there for screen readers only. */
  const seen = new Map();
  function visibility(element) {
    let value = seen.get(element);
    if (value !== undefined) return value;
    const style = styleOf(element);
    if (!element.checkVisibility({ visibilityProperty: true })) value = 0;
    else if (style.clipPath.startsWith('inset(50%')) value = 0;
    else value = (element.parentElement ? visibility(element.parentElement) : 1) * style.opacity;
    seen.set(element, value);
    return value;
  }

  /** The boxes that clip what is in an element (`own`) or the element itself, nearest first. */
  function clips(element, own = false) {
    const found = [];
    let position = own ? 'static' : styleOf(element).position;
    for (let e = own ? element : element.parentElement; e && e !== root; e = e.parentElement) {
      const style = styleOf(e);
      // An inline box clips nothing.
      if (style.display === 'inline' || e.namespaceURI.endsWith('svg')) continue;
      const holds =
        position !== 'fixed' && (position !== 'absolute' || style.position !== 'static');
      if (holds && (style.overflowX !== 'visible' || style.overflowY !== 'visible')) {
        const box = e.getBoundingClientRect();
        const [x, y] = [e.clientLeft, e.clientTop];
        const inner = e.clientWidth
          ? {
              l: box.left + x,
              t: box.top + y,
              r: box.left + x + e.clientWidth,
              b: box.top + y + e.clientHeight,
            }
          : boxOf(box);
        found.push({
          element: e,
          box: inner,
          x: /auto|scroll/.test(style.overflowX),
          y: /auto|scroll/.test(style.overflowY),
          ellipsis: style.textOverflow === 'ellipsis',
        });
      }
      if (holds) position = style.position;
      if (position === 'fixed') break;
    }
    return found;
  }

  const opaque = (element) => {
    const found = /rgba?\(([^)]+)\)/.exec(styleOf(element).backgroundColor);
    return found !== null && Number(found[1].split(/[,/]\s*/)[3] ?? 1) > 0.9;
  };
  /** Another layer (a sheet, a list that is open) lies above it. */
  function covered(element, box, isText) {
    for (const above of document.elementsFromPoint((box.l + box.r) / 2, (box.t + box.b) / 2)) {
      const inside = above !== element && element.contains(above);
      if (!inside && above.contains(element)) return false;
      // A child of its own that stands above a text covers it; what a button holds does not cover it.
      if (inside && !isText) return false;
      if (opaque(above)) return true;
    }
    return false;
  }

  // 1. Nothing scrolls sideways but boxes that the keyboard can scroll.
  if (root.scrollWidth > root.clientWidth)
    faults.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
  for (const element of document.body.querySelectorAll('*')) {
    if (element.scrollWidth <= element.clientWidth + 1 || !visibility(element)) continue;
    if (!/auto|scroll/.test(styleOf(element).overflowX)) continue;
    const reach = element.closest('[tabindex="0"], [contenteditable="true"]');
    const within = element.querySelector('a[href], button, input, [tabindex="0"]');
    if (!reach && !within)
      faults.push(
        `${whole(element)} scrolls sideways: ${element.scrollWidth} px in ${element.clientWidth}`,
      );
  }

  // 2. Texts, line by line, and what cuts them off.
  const texts = [];
  const scrolls = (axis) => /auto|scroll|visible/.test(styleOf(document.body)[`overflow${axis}`]);
  const pageScrolls = scrolls('Y') && root.scrollHeight > root.clientHeight;
  function addText(element, text, box, extra = {}) {
    let rest = box;
    let told = false;
    for (const clip of clips(element, !extra.drawn && !extra.field)) {
      const next = cutOf(rest, clip.box);
      const lost = {
        x: rest.r - rest.l - (next.r - next.l),
        y: rest.b - rest.t - (next.b - next.t),
      };
      const height = rest.b - rest.t;
      if (
        !told &&
        ((lost.x > SLACK && !clip.x) || (lost.y > Math.max(2, height * 0.3) && !clip.y))
      ) {
        told = true;
        const full = element.closest('[title], [aria-label]');
        if (!(clip.ellipsis && full) && !(lost.x <= SLACK && clip.x))
          faults.push(
            `${whole(element)} ${said(text)} is cut off by ${nameOf(clip.element)} ${at(box)}`,
          );
      }
      rest = next;
      if (!sized(rest)) return;
    }
    const shown = cutOf(rest, screen);
    if (!told && rest.r - rest.l - (shown.r - shown.l) > SLACK)
      faults.push(`${whole(element)} ${said(text)} leaves the window ${at(box)}`);
    else if (!told && !pageScrolls && rest.b - shown.b > (rest.b - rest.t) * 0.3)
      faults.push(`${whole(element)} ${said(text)} lies below the window ${at(box)}`);
    if (!sized(shown) || covered(element, shown, true)) return;
    const style = styleOf(element);
    const size = parseFloat(style.fontSize);
    texts.push({
      element,
      name: `${whole(element)} ${said(text)}`,
      ...shown,
      ink: element.namespaceURI.endsWith('svg') ? style.fill : style.color,
      // Letters with a rim of their own stand on that.
      rim:
        style.paintOrder.startsWith('stroke') && parseFloat(style.strokeWidth) >= 2
          ? style.stroke
          : undefined,
      alpha: visibility(element),
      large: size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700),
      disabled: element.closest(':disabled, [aria-disabled="true"]') !== null,
      drawn: false,
      ...extra,
    });
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!/\S/.test(node.data) || element.closest('script, style, noscript, option, title'))
      continue;
    if (visibility(element) < 0.05) continue;
    range.selectNodeContents(node);
    for (const rect of range.getClientRects())
      if (rect.width > 0.5) addText(element, node.data, boxOf(rect));
  }
  for (const field of document.querySelectorAll('input, select')) {
    const text = field.value || field.placeholder;
    if (!text || !visibility(field) || /checkbox|radio|range|file|color/.test(field.type)) continue;
    const style = getComputedStyle(field, field.value ? null : '::placeholder');
    const [box, own] = [field.getBoundingClientRect(), styleOf(field)];
    const inner = {
      l: box.left + parseFloat(own.paddingLeft),
      t: box.top + 2,
      r: box.right - parseFloat(own.paddingRight) - 2,
      b: box.bottom - 2,
    };
    if (sized(inner)) addText(field, text, inner, { ink: style.color, field: true });
  }
  for (const canvas of document.querySelectorAll('canvas')) {
    if (!canvas.__texts || !visibility(canvas) || canvas.clientWidth === 0) continue;
    const box = canvas.getBoundingClientRect();
    const [kx, ky] = [box.width / canvas.width, box.height / canvas.height];
    for (const one of canvas.__texts) {
      if (!/\S/.test(one.text)) continue;
      const own = {
        l: box.left + one.l * kx,
        t: box.top + one.t * ky,
        r: box.left + one.r * kx,
        b: box.top + one.b * ky,
      };
      if (own.l < box.left - SLACK || own.r > box.right + SLACK)
        faults.push(`${whole(canvas)} draws ${said(one.text)} over its edge ${at(own)}`);
      addText(canvas, one.text, own, { ink: one.ink, alpha: one.alpha, drawn: true });
    }
  }

  // 3. Nothing lies over anything else. The line's box is higher than its letters.
  for (const text of texts) {
    const height = text.b - text.t;
    const inset = text.drawn ? 0 : height * 0.2;
    text.core = { l: text.l + 0.5, r: text.r - 0.5, t: text.t + inset, b: text.b - inset };
  }
  const overlap = (a, b) => {
    const both = cutOf(a, b);
    return both.r - both.l > SLACK && both.b - both.t > SLACK;
  };
  texts.sort((a, b) => a.core.t - b.core.t);
  texts.forEach((a, i) => {
    for (let j = i + 1; j < texts.length && texts[j].core.t < a.core.b; j++) {
      const b = texts[j];
      if ((a.element === b.element && !a.drawn) || !overlap(a.core, b.core)) continue;
      if (a.field || b.field) continue;
      faults.push(`${a.name} and ${b.name} overlap ${at(b)}`);
    }
  });
  const CONTROLS =
    'a[href], button, input, select, textarea, summary, [role="button"], [role="tab"], [role="slider"], [role="switch"]';
  const controls = [];
  const labelOf = (element) => said(element.ariaLabel ?? element.textContent);
  /** A list that is open may reach over the edge. */
  const floats = (element, card) => {
    for (let e = element; e && e !== card; e = e.parentElement)
      if (/absolute|fixed/.test(styleOf(e).position)) return true;
    return false;
  };
  for (const element of document.querySelectorAll(CONTROLS)) {
    if (visibility(element) < 0.05) continue;
    const full = boxOf(element.getBoundingClientRect());
    let box = full;
    for (const clip of clips(element)) box = cutOf(box, clip.box);
    box = cutOf(box, screen);
    if (!sized(box) || covered(element, box)) continue;
    const card = element.closest('.panel, .time, .story');
    const edge = card && !floats(element, card) && boxOf(card.getBoundingClientRect());
    if (edge && (full.r > edge.r + SLACK || full.l < edge.l - SLACK) && box.r - box.l > 4)
      if (!clips(element).some((clip) => clip.x))
        faults.push(
          `${whole(element)} ${labelOf(element)} sticks out of ${nameOf(card)} ${at(full)}`,
        );
    controls.push({ element, name: whole(element), ...box, full });
  }
  const apart = (a, b) => !a.contains(b) && !b.contains(a);
  controls.forEach((a, i) => {
    for (const b of controls.slice(i + 1))
      // Buttons may stand on a picture; they are kept off its texts below.
      if (a.element.localName === 'canvas' || b.element.localName === 'canvas') continue;
      else if (apart(a.element, b.element) && overlap(a, b)) {
        const [x, y] = [a, b].map(
          (c) => c.name + ' ' + said(c.element.ariaLabel ?? c.element.textContent),
        );
        faults.push(`${x} and ${y} overlap ${at(b)}`);
      }
    for (const text of texts)
      if (apart(a.element, text.element) && !text.element.closest('label')?.contains(a.element))
        if (overlap(a, text.core)) faults.push(`${a.name} and ${text.name} overlap ${at(text)}`);
  });

  // 4. Targets. A link within a sentence is as high as its line; a field may lie within its label.
  for (const { element, name, full } of controls) {
    const style = styleOf(element);
    if (style.display === 'inline' || element.closest('[role="grid"], .cm-editor')) continue;
    // A cell cursor is as high as its cells; its table says the same in rows.
    if (element.matches('.cells')) continue;
    const whose = element.closest('label') ?? element;
    let box = boxOf(whose.getBoundingClientRect());
    // What reaches out of its box by a pseudo-element is a target there, too.
    const grown = getComputedStyle(element, '::after');
    if (grown.position === 'absolute' && grown.content !== 'none') {
      const [w, h] = [parseFloat(grown.width), parseFloat(grown.height)];
      const [cx, cy] = [(box.l + box.r) / 2, (box.t + box.b) / 2];
      if (w > 8 && h > 8)
        box = cutOf(
          { l: -1e6, t: -1e6, r: 1e6, b: 1e6 },
          {
            l: Math.min(box.l, cx - w / 2),
            t: Math.min(box.t, cy - h / 2),
            r: Math.max(box.r, cx + w / 2),
            b: Math.max(box.b, cy + h / 2),
          },
        );
    }
    const [w, h] = [box.r - box.l, box.b - box.t];
    if (w < target - 0.6 || h < target - 0.6)
      faults.push(
        `${name} ${said(element.ariaLabel ?? element.textContent)} is a target of ${Math.round(w)}×${Math.round(h)} px ${at(full)}`,
      );
  }
  return {
    faults: [...new Set(faults)],
    texts: texts
      .filter((t) => !t.disabled)
      .map((t) => {
        const { name, core, ink, rim, alpha, large, drawn } = t;
        return { name, ...core, ink, rim, alpha, large, drawn };
      }),
  };
}

/** A picture without its texts: what they stand on. Canvas text stays. */
export const WITHOUT_TEXT = `*, *::before, *::after, *::placeholder {
  -webkit-text-fill-color: transparent !important; caret-color: transparent !important }
  svg text, svg tspan { fill: transparent !important; stroke: transparent !important }`;

/** The pixels of a PNG of 8 bits a channel: {width, height, at(x, y) → [r, g, b]}. */
export function decodePng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [];
  let width, height, channels;
  for (let i = 8; i < bytes.length;) {
    const length = view.getUint32(i);
    const type = bytes.toString('latin1', i + 4, i + 8);
    if (type === 'IHDR') {
      [width, height] = [view.getUint32(i + 8), view.getUint32(i + 12)];
      channels = { 2: 3, 6: 4 }[bytes[i + 17]];
      if (bytes[i + 16] !== 8 || !channels) throw new Error('a PNG of another kind');
    }
    if (type === 'IDAT') parts.push(bytes.subarray(i + 8, i + 8 + length));
    i += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const a = x >= channels ? out[to + x - channels] : 0;
      const b = y > 0 ? out[to + x - stride] : 0;
      const c = x >= channels && y > 0 ? out[to + x - stride - channels] : 0;
      let guess = 0;
      if (filter === 1) guess = a;
      else if (filter === 2) guess = b;
      else if (filter === 3) guess = (a + b) >> 1;
      else if (filter === 4) {
        const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
        guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      }
      out[to + x] = raw[from + x] + guess;
    }
  }
  const at = (x, y) => {
    const i = y * stride + x * channels;
    return [out[i], out[i + 1], out[i + 2]];
  };
  return { width, height, at };
}

export function luminance([r, g, b]) {
  const linear = [r, g, b].map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function rgba(text) {
  if (text.startsWith('#'))
    return [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16)).concat(1);
  const found = /rgba?\(([^)]+)\)/.exec(text);
  if (!found) return undefined;
  const [r, g, b, a = 1] = found[1]
    .split(/[,/\s]+/)
    .filter(Boolean)
    .map(Number);
  return [r, g, b, a];
}

/** Texts whose colour is too near to a colour that they stand on, by the picture without texts. */
export function weakTexts(texts, picture, scale = 1, least = 4.5) {
  const weak = [];
  for (const text of texts) {
    const ink = rgba(text.ink);
    if (!ink) continue;
    const counts = new Map();
    let all = 0;
    // Round drawn letters, as they are in the picture themselves.
    const more = text.drawn ? 2 : 0;
    const x1 = Math.min(picture.width, (text.r + more) * scale);
    const y1 = Math.min(picture.height, (text.b + more) * scale);
    for (let y = Math.max(0, Math.floor((text.t - more) * scale)); y < y1; y++)
      for (let x = Math.max(0, Math.floor((text.l - more) * scale)); x < x1; x++) {
        const [r, g, b] = picture.at(x, y);
        const key = (r << 16) | (g << 8) | b;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        all++;
      }
    // On a canvas the letters are still there: only the ground, which is most of the box, counts.
    const grounds = [...counts].sort((a, b) => b[1] - a[1]);
    const rim = text.rim && rgba(text.rim);
    if (rim) grounds.splice(0, grounds.length, [(rim[0] << 16) | (rim[1] << 8) | rim[2], all]);
    const shown = text.drawn ? grounds.slice(0, 1) : grounds.filter(([, n]) => n > all * 0.12);
    for (const [key] of shown) {
      const ground = [key >> 16, (key >> 8) & 255, key & 255];
      const alpha = ink[3] * text.alpha;
      const mixed = ink.slice(0, 3).map((v, i) => v * alpha + ground[i] * (1 - alpha));
      const found = contrast(mixed, ground);
      if (found < (text.large ? 3 : least) - 0.05) {
        weak.push(
          `${text.name} has ${found.toFixed(2)}:1 at ${Math.round(text.l)},${Math.round(text.t)}`,
        );
        break;
      }
    }
  }
  return weak;
}
