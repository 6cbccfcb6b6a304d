/** Only http and https may be opened: a checklist is data, and other schemes start programs. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
