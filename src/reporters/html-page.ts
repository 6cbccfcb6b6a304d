import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './html-markup.ts';
import { style } from './html-style.ts';

/** Nothing is loaded, nothing runs: the style sheet in the file is known by its hash, pictures are data. */
function contentPolicy(sheet: string): string {
  return [
    "default-src 'none'",
    'img-src data:',
    `style-src 'sha256-${createHash('sha256').update(sheet).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * One file that holds everything, for a browser and for paper. `kind` is the class of its body, `ownStyle` what only this
 * kind of page needs beside the style sheet.
 */
export function htmlPage(title: string, kind: string, body: Markup, ownStyle = ''): string {
  const sheet = style + ownStyle;
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(sheet)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(sheet)}</style>
</head>
<body class="${kind}">
${body}
</body>
</html>
`);
}
