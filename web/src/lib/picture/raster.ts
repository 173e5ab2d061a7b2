// SPDX-License-Identifier: MIT
// An SVG as PNG, with the page's fonts. Nothing leaves the browser.
import { fontSheet } from './fonts.ts';
import type { Picture } from './picture.ts';

export async function pngOf(picture: Picture, scale: number): Promise<Blob> {
  const styled = picture.text.replace('<defs>', `<defs><style>${await fontSheet()}</style>`);
  const address = URL.createObjectURL(new Blob([styled], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
