// SPDX-License-Identifier: MIT
// A trace on its way to the server: with progress, and a way to stop. fetch tells nothing of what has been
// sent, so this is an XMLHttpRequest.
import { parse } from '../lib/json.ts';
import { readTraceSummary, type TraceSummary } from './http.ts';
import { readRefusal, Refused } from './messages.ts';

export const formats = ['lackey', 'refs', 'pages'] as const;
export type Format = (typeof formats)[number];

/** Which format the first lines look like. */
export function guessFormat(head: string): Format {
  const lines = head.split(/\r?\n/).slice(0, 200);
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  const lackey = count(/^(==\d+==|--\d+--|\*\*\d+\*\*|I {2}| [LSM] )/);
  const refs = count(/^[IRWM] [0-9a-fA-F]+\s*$/);
  if (lackey > 0 && lackey >= refs) return 'lackey';
  return refs > 0 ? 'refs' : 'pages';
}

const GZIP = [0x1f, 0x8b] as const;
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd] as const;
export type Packing = 'none' | 'gzip' | 'zstd';

export function packingOf(bytes: Uint8Array): Packing {
  const begins = (magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);
  return begins(GZIP) ? 'gzip' : begins(ZSTD) ? 'zstd' : 'none';
}

/** The first lines of a file, unpacked when the browser can; empty when it cannot. */
async function firstLines(file: Blob, packing: Packing): Promise<string> {
  const head = file.slice(0, 65536);
  if (packing === 'none') return head.text();
  if (packing === 'zstd' || typeof DecompressionStream === 'undefined') return '';
  const reader = head.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < 16384) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // The slice ends in mid-stream: what came before is enough.
  }
  return text;
}

export interface Look {
  readonly packing: Packing;
  readonly format: Format | undefined;
}

export async function lookInto(file: Blob): Promise<Look> {
  const packing = packingOf(new Uint8Array(await file.slice(0, 4).arrayBuffer()));
  const text = await firstLines(file, packing);
  return { packing, format: text.trim() === '' ? undefined : guessFormat(text) };
}

const types: Readonly<Record<Packing, string>> = {
  none: 'application/octet-stream',
  gzip: 'application/gzip',
  zstd: 'application/zstd',
};

/** Streams a file; the server looks at every line as it comes. `onsent` gets the share that has left. */
export function uploadTrace(
  file: File,
  format: Format,
  packing: Packing,
  onsent: (share: number) => void,
  signal: AbortSignal,
): Promise<TraceSummary> {
  const query = new URLSearchParams({ format, title: file.name });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/traces?${query}`);
    request.setRequestHeader('Content-Type', types[packing]);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) =>
      onsent(event.lengthComputable && event.total > 0 ? event.loaded / event.total : 0);
    request.upload.onload = () => onsent(1);
    request.onload = () => {
      const answer = parse(request.responseText) ?? {};
      if (request.status >= 200 && request.status < 300) resolve(readTraceSummary(answer));
      else {
        const message = answer['detail'] ?? answer['title'];
        reject(readRefusal({ code: String(request.status), message, ...answer }));
      }
    };
    request.onerror = () => reject(new Refused('disconnected', 'The server does not answer.'));
    request.onabort = () => reject(new Refused('cancelled', ''));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
