// @ts-check
import { readFile } from 'node:fs/promises';

/**
 * The notes of a release: what CHANGELOG.md says about it, without the heading. Throws if the tag, the version of
 * package.json and the changelog do not belong together.
 *
 * @param {string} tag
 * @param {string} version
 * @param {string} changelog
 */
export function releaseNotes(tag, version, changelog) {
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, but package.json has version ${version}`);
  const section = changelog.split(/^## /m).find((each) => each.startsWith(`[${version}]`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section [${version}]`);
  const [heading = '', ...lines] = section.split('\n');
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading)) throw new Error(`CHANGELOG.md has no date for [${version}]: ${heading}`);
  return `${lines.join('\n').trim()}\n`;
}

if (import.meta.filename === process.argv[1]) {
  const [tag = '', root] = [process.argv[2], new URL('..', import.meta.url)];
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
  process.stdout.write(releaseNotes(tag, version, await readFile(new URL('CHANGELOG.md', root), 'utf8')));
}
