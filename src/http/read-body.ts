import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The answer's text, or null where there is more than `maxBytes` of it. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded(response)) {
    bytes += (chunk as Buffer).length;
    // Leaving the loop destroys the stream.
    if (bytes > maxBytes) return null;
    chunks.push(chunk as Buffer);
  }
  return decoderFor(response.headers['content-type']).decode(Buffer.concat(chunks));
}

/** Some servers compress whatever was asked for: files that lie there compressed already. */
function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? '';
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding]?.() : undefined;
  // What goes wrong in one destroys the other; whoever reads the decoder hears of it.
  return decoder ? pipeline(response, decoder, () => {}) : response;
}

function decoderFor(contentType: string | undefined): TextDecoder {
  const charset = /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
