// SPDX-License-Identifier: MIT
// A text that travels in an address: deflated, in letters that need no escaping. Nothing is stored anywhere.

/** What addresses may hold everywhere: chat programs and readers of QR codes cut longer ones. */
export const ADDRESS_MOST = 2000;
/** A packed text that unpacks to more is no scenario. */
const TEXT_MOST = 65536;

async function through(bytes: Uint8Array, way: GenericTransformStream): Promise<Uint8Array> {
  const writer = way.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
  // A fault shows where it is read.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = way.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > TEXT_MOST) {
      await reader.cancel();
      throw new Error('the text is longer than a scenario may be');
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export async function pack(text: string): Promise<string> {
  const small = await through(new TextEncoder().encode(text), new CompressionStream('deflate'));
  return btoa(String.fromCharCode(...small))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** Throws when it was not packed here. */
export async function unpack(packed: string): Promise<string> {
  const bytes = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
  const small = Uint8Array.from(bytes, (c) => c.charCodeAt(0));
  const text = await through(small, new DecompressionStream('deflate'));
  return new TextDecoder('utf-8', { fatal: true }).decode(text);
}
