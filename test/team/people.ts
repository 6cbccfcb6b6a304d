import { openMachine } from '../commands/machine.ts';
import { type S3StandIn, s3StandIn } from '../support/s3-stand-in.ts';

export type TeamMachine = Awaited<ReturnType<typeof openMachine>>;

/** Two people with a machine and a state folder each, who share a store and a sandbox. */
export async function team(): Promise<{ s3: S3StandIn; mina: TeamMachine; ben: TeamMachine }> {
  const s3 = await s3StandIn();
  const mina = await openMachine();
  const ben = await openMachine();
  const config = (profile: string) =>
    `store: { url: "s3://${s3.bucket}/prod", profile: ${profile}, endpoint-url: "${s3.url}" }\n`;
  await mina.write('mp-verify.yaml', config('mina'));
  await ben.write('mp-verify.yaml', config('ben'));
  Object.assign(mina, { operator: 'Mina', pid: 11 });
  Object.assign(ben, { operator: 'Ben', pid: 12, endpoint: mina.sandbox.url, keys: mina.sandbox.seller });
  return { s3, mina, ben };
}
