/**
 * Preloaded into the program (NODE_OPTIONS=--import): at one operation of the file system it waits until the file `go` is
 * there, or the disk fails. The file `at` says that it has come there, and holds the process's id; `heard` that a signal
 * has come meanwhile.
 *
 * LATCH is a JSON text of the type `Latch`, LATCH_FOLDER where the files are.
 */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const { LATCH, LATCH_FOLDER } = process.env;
const { when, operation, path: wanted, text: wantedText = '', fault } = JSON.parse(LATCH);
const go = join(LATCH_FOLDER, 'go');
let reached = false;

async function passing(moment, name, path, text) {
  if (reached || moment !== when || name !== operation) return;
  if (!String(path).includes(wanted) || !text.includes(wantedText) || existsSync(go)) return;
  if (fault) throw Object.assign(new Error(`${fault}: as the test wants it`), { code: fault, syscall: name });
  reached = true;
  // The program hears it first: its listeners are older.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => writeFileSync(join(LATCH_FOLDER, 'heard'), signal));
  const at = join(LATCH_FOLDER, 'at');
  writeFileSync(`${at}.part`, String(process.pid));
  renameSync(`${at}.part`, at);
  while (!existsSync(go)) await pause(10);
}

async function during(name, path, text, work) {
  await passing('before', name, path, text);
  const result = await work();
  await passing('after', name, path, text);
  return result;
}

const { open, rename, mkdir } = fs;

fs.open = async (path, ...rest) => {
  const file = await during('open', path, '', () => open(path, ...rest));
  const { write, datasync, sync } = file;
  let text = '';
  file.write = async (bytes, from, length, position) => {
    text = bytes.subarray(from, from + length).toString();
    if (when === 'amid' && operation === 'write') {
      // What is left is written with the next call, as after any short write.
      const half = await write.call(file, bytes, from, Math.ceil(length / 2), position);
      await passing('amid', 'write', path, text);
      return half;
    }
    return during('write', path, text, () => write.call(file, bytes, from, length, position));
  };
  file.datasync = () => during('sync', path, text, () => datasync.call(file));
  file.sync = () => during('sync', path, text, () => sync.call(file));
  return file;
};
fs.rename = (from, to) => during('rename', to, '', () => rename(from, to));
fs.mkdir = (path, ...rest) => during('mkdir', path, '', () => mkdir(path, ...rest));
syncBuiltinESMExports();
