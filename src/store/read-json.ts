const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON in UTF-8; else a sentence's end that says what it is not. */
export function readJson(bytes: Uint8Array): { readonly value: unknown } | { readonly wrong: string } {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { wrong: 'it is not UTF-8' };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { wrong: 'it is not JSON' };
  }
}
