import { defaultMaxAge } from '../checklist/confirmations.ts';
import { requireDuration } from '../checklist/fields.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { parseAddress } from '../ports/storage.ts';
import { isInUse, type ListedReport, listedReport, readConfirmations, readRuns } from '../run/saved-runs.ts';
import { block } from '../text/block.ts';
import { someOf } from '../text/counts.ts';
import type { Styles } from '../text/styles.ts';

export interface RunsPruneOptions {
  readonly olderThan: string;
  readonly color: ColorMode;
}

/** Lists the runs that ended long ago, and says how to remove them. Deletes nothing. */
export async function runsPrune({ olderThan, color }: RunsPruneOptions, host: Host): Promise<Outcome> {
  const age = requireDuration(olderThan, '90d');
  const before = host.clock.now().getTime() - age;
  const old = (await ended(host)).filter(({ facts, inUse }) => !inUse && Date.parse(facts.endedAt) < before);
  const { products } = await readConfirmations(host.runs, defaultMaxAge, host);
  const deciding = new Set(
    products.flatMap(({ useCases }) => useCases.flatMap(({ run, unfinished }) => [run, unfinished])),
  );
  const mayGo = old.filter(({ id }) => !deciding.has(id)).map(({ id }) => id);
  const stays = old.filter(({ id }) => deciding.has(id)).map(({ id }) => id);
  const styles = host.stdout.styles(color);
  const say = (body: string) => host.stdout.write(block(styles, { body }));
  const date = new Date(before).toISOString().slice(0, 10);
  say(
    mayGo.length === 0
      ? `No runs that may go ended before ${date}.`
      : `Ended before ${date}, and may go: ${someOf(mayGo, mostIds)}.`,
  );
  if (stays.length > 0) say(`Just as old, but ${printedCommand('status')} counts them: ${someOf(stays, mostIds)}.`);
  if (host.shared !== null) say0(lifecycle(host.shared.url, Math.max(1, Math.ceil(age / day)), styles));
  // On one line, so that it can be copied.
  else if (mayGo.length > 0)
    say0(`Nothing was deleted. To delete them:\n  ${printedCommand(`runs delete ${mayGo.join(' ')}`)}\n`);
  return 'pass';

  function say0(text: string): void {
    host.stdout.write(text);
  }
}

/** In ms. A rule of S3 counts in whole days, and at least one. */
const day = 86_400_000;

async function ended({ runs }: Host): Promise<readonly ListedReport[]> {
  const found: ListedReport[] = [];
  if (runs.index === null)
    for (const known of (await readRuns(runs)).known)
      found.push({ ...listedReport(known), inUse: await isInUse(known.saved.record.id, runs) });
  else for await (const { facts, ...run } of runs.index.list()) if (facts !== null) found.push({ ...run, facts });
  return found;
}

/** A list for people may be very long. */
const mostIds = 100;

/** Returns the rule for the bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html */
function lifecycle(url: string, days: number, styles: Styles): string {
  const { bucket = '', prefix = '' } = parseAddress(url) ?? {};
  const Rules = ['runs/', 'seals/', 'holders/', 'index/runs/'].map((folder) => ({
    ID: `mp-verify ${prefix}${folder}`,
    Status: 'Enabled',
    Filter: { Prefix: `${prefix}${folder}` },
    Expiration: { Days: days },
  }));
  return [
    block(styles, {
      body: `mp-verify deletes nothing here. These lifecycle rules let S3 delete what is older than ${days} days, also of runs that status counts and of runs that are not finished: finish or start over such runs first. They replace the rules that the bucket has, so add those.`,
    }),
    // Neither wrapped nor indented, so that it can be pasted.
    `${JSON.stringify({ Rules }, null, 2)}\n`,
    `  aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration file://lifecycle.json\n`,
  ].join('');
}
