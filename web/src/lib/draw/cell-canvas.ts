// SPDX-License-Identifier: MIT
// Draws many cells on a canvas and afterwards only those whose code has changed. Coordinates are
// sixteenths of a rem; the canvas has `ratio` device pixels for each. Rows wrap as in a text.
import { cellShapes, dotPaint, type Shape } from './cell.ts';
import { cellOf, codeCount } from './codes.ts';
import { placeOf, type CellLayout } from './detail.ts';
import { colour, pixel } from './paint.ts';

function drawShapes(context: CanvasRenderingContext2D, shapes: readonly Shape[]): void {
  for (const shape of shapes) {
    if (shape.kind === 'text') {
      context.fillStyle = colour(shape.fill);
      context.font = `600 ${shape.size}px ${colour('mono')}`;
      context.textAlign = 'center';
      if (shape.rim) {
        context.strokeStyle = colour(shape.rim);
        context.lineWidth = 3;
        context.lineJoin = 'round';
        context.strokeText(shape.text, shape.x, shape.y);
      }
      context.fillText(shape.text, shape.x, shape.y);
      continue;
    }
    const path = new Path2D(shape.d);
    if (shape.fill) {
      context.fillStyle = colour(shape.fill);
      context.fill(path);
    }
    if (shape.stroke) {
      context.strokeStyle = colour(shape.stroke);
      context.lineWidth = shape.width;
      context.stroke(path);
    }
  }
}

export class CellCanvas {
  private drawn = new Uint16Array(0);
  private layout: CellLayout | undefined;
  private sprites = new Map<number, HTMLCanvasElement>();
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {}

  /** The next paint draws everything: another theme, another layout. */
  forget(): void {
    this.layout = undefined;
    this.sprites.clear();
  }

  /** Returns how many cells it drew. */
  paint(codes: Uint16Array, layout: CellLayout, ratio: number): number {
    const fresh =
      this.layout === undefined ||
      this.drawn.length !== codes.length ||
      this.ratio !== ratio ||
      this.layout.pitch !== layout.pitch ||
      this.layout.columns !== layout.columns ||
      this.layout.per !== layout.per;
    if (fresh) this.start(layout, ratio);
    const context = this.canvas.getContext('2d');
    if (!context) return 0;
    const drawn =
      layout.detail === 'marks' || layout.detail === 'sprite'
        ? this.paintSprites(context, codes, layout, fresh)
        : this.paintPixels(context, codes, layout, fresh);
    if (fresh) this.drawn = codes.slice();
    return drawn;
  }

  private start(layout: CellLayout, ratio: number): void {
    this.layout = layout;
    this.ratio = ratio;
    this.sprites.clear();
    const [width, height] = [layout.columns * layout.pitch, layout.rows * layout.pitch];
    const dense = layout.detail === 'pixel' || layout.detail === 'density';
    // One canvas pixel a cell: the browser enlarges it without smoothing.
    this.canvas.width = dense ? layout.columns : Math.round(width * ratio);
    this.canvas.height = dense ? layout.rows : Math.round(height * ratio);
    this.canvas.style.width = `${width / 16}rem`;
    this.canvas.style.height = `${height / 16}rem`;
    this.canvas.style.imageRendering = dense ? 'pixelated' : 'auto';
  }

  private paintSprites(
    context: CanvasRenderingContext2D,
    codes: Uint16Array,
    layout: CellLayout,
    fresh: boolean,
  ): number {
    let drawn = 0;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] as number;
      if (!fresh && this.drawn[i] === code) continue;
      const { x, y } = placeOf(layout, i);
      context.clearRect(x, y, layout.pitch, layout.pitch);
      context.drawImage(this.sprite(code, layout.size), x, y, layout.size, layout.size);
      if (!fresh) this.drawn[i] = code;
      drawn++;
    }
    return drawn;
  }

  private sprite(code: number, size: number): HTMLCanvasElement {
    let sprite = this.sprites.get(code);
    if (!sprite) {
      sprite = document.createElement('canvas');
      sprite.width = sprite.height = Math.ceil(size * this.ratio);
      const context = sprite.getContext('2d');
      context?.scale(this.ratio, this.ratio);
      if (context) drawShapes(context, cellShapes(cellOf(code), size));
      this.sprites.set(code, sprite);
    }
    return sprite;
  }

  private paintPixels(
    context: CanvasRenderingContext2D,
    codes: Uint16Array,
    layout: CellLayout,
    fresh: boolean,
  ): number {
    const { columns, rows, per } = layout;
    let [first, last, drawn] = [0, columns * rows - 1, fresh ? codes.length : 0];
    if (!fresh) {
      [first, last] = [Infinity, -1];
      for (let i = 0; i < codes.length; i++) {
        if (this.drawn[i] === codes[i]) continue;
        this.drawn[i] = codes[i] as number;
        first = Math.min(first, Math.floor(i / per));
        last = Math.floor(i / per);
        drawn++;
      }
      if (last < 0) return 0;
    }
    const [top, bottom] = [Math.floor(first / columns), Math.floor(last / columns)];
    const image = context.createImageData(columns, bottom - top + 1);
    fillPixels(new Uint32Array(image.data.buffer), codes, top * columns * per, per);
    context.putImageData(image, 0, top);
    return drawn;
  }
}

/** The words of all codes, two each: of a shared page neighbouring pixels show one owner after the other. */
function paletteOf(codes: number): Uint32Array {
  const palette = new Uint32Array(codes * 2);
  for (let i = 0; i < palette.length; i++) palette[i] = pixel(dotPaint(cellOf(i >> 1), i & 1));
  return palette;
}

/** Writes one word a pixel from cell `from` on; where cells share one, their colours are averaged. */
function fillPixels(words: Uint32Array, codes: Uint16Array, from: number, per: number): void {
  const palette = paletteOf(codeCount());
  const { length } = codes;
  if (per === 1) {
    const end = Math.min(words.length, length - from);
    for (let p = 0; p < end; p++)
      words[p] = palette[(codes[from + p] as number) * 2 + ((from + p) & 1)] as number;
    return;
  }
  for (let p = 0; p < words.length; p++) {
    const start = from + p * per;
    if (start >= length) return;
    const end = Math.min(start + per, length);
    const first = codes[start] as number;
    let i = start + 1;
    while (i < end && codes[i] === first) i++;
    const alone = palette[first * 2] as number;
    // Most pixels stand for cells that are all alike: free, or of one process.
    words[p] =
      i === end && alone === palette[first * 2 + 1] ? alone : average(palette, codes, start, end);
  }
}

function average(palette: Uint32Array, codes: Uint16Array, start: number, end: number): number {
  let [r, g, b] = [0, 0, 0];
  for (let i = start; i < end; i++) {
    const rgb = palette[(codes[i] as number) * 2 + (i & 1)] as number;
    r += rgb & 0xff;
    g += (rgb >> 8) & 0xff;
    b += (rgb >> 16) & 0xff;
  }
  const n = end - start;
  return (0xff000000 | ((b / n) << 16) | ((g / n) << 8) | (r / n)) >>> 0;
}
