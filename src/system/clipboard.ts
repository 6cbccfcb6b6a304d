import { execFile } from 'node:child_process';

/** A program that copies its input to the clipboard, and its arguments. */
type ClipboardTool = readonly [program: string, ...args: string[]];

const wayland: ClipboardTool = ['wl-copy'];
const x11: readonly ClipboardTool[] = [
  ['xclip', '-selection', 'clipboard'],
  ['xsel', '--clipboard', '--input'],
];
const windows: ClipboardTool = ['clip.exe'];

/** Returns the tools to try, in order. */
export function clipboardTools(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly ClipboardTool[] {
  if (platform === 'darwin') return [['pbcopy']];
  if (platform === 'win32') return [windows];
  return [
    ...(env.WAYLAND_DISPLAY ? [wayland] : []),
    ...(env.DISPLAY ? x11 : []),
    // Under WSL, Windows has the clipboard.
    ...(env.WSL_DISTRO_NAME ? [windows] : []),
  ];
}

/** Copies text to the clipboard. Returns the program that did it; null if there is none, or none could. */
export async function copyText(
  text: string,
  tools: readonly ClipboardTool[],
  timeoutMs = 2_000,
): Promise<string | null> {
  for (const tool of tools) if (await runTool(tool, text, timeoutMs)) return tool[0];
  return null;
}

function runTool([program, ...args]: ClipboardTool, text: string, timeoutMs: number): Promise<boolean> {
  // clip.exe reads UTF-16 if it starts with a byte order mark.
  const input = program === 'clip.exe' ? Buffer.from(`\ufeff${text}`, 'utf16le') : text;
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: timeoutMs, windowsHide: true }, () => undefined);
    // X11 tools leave a child behind that keeps the output open: what counts is their exit.
    child.on('error', () => resolve(false));
    child.on('exit', (code) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(code === 0);
    });
    // The tool may end before it has read everything.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
