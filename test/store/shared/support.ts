import { summaryFacts } from '../../../src/run/run-summary.ts';
import type { Machine } from '../../../src/store/lock.ts';
import { type SharedRuns, sharedStore } from '../../../src/store/s3/shared-store.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import type { S3StandIn } from '../../support/s3-stand-in.ts';
import { machine, stateFolder } from '../support.ts';

export interface Person {
  readonly name?: string;
  readonly machine?: Partial<Machine>;
  readonly folder?: string;
  readonly url?: string;
}

/** The shared store, as somebody at a machine of their own sees it. */
export async function shared(s3: Pick<S3StandIn, 'url' | 'bucket'>, person: Person = {}): Promise<SharedRuns> {
  const { name = 'Mina', url = `s3://${s3.bucket}/prod` } = person;
  return sharedStore(
    {
      url,
      region: 'us-east-1',
      endpointUrl: s3.url,
      credentials: { accessKeyId: name, secretAccessKey: 'secret' },
      operator: async () => name,
      summarize: summaryFacts,
    },
    machine({ host: name, ...person.machine }),
    fakeClock(),
    person.folder ?? (await stateFolder()),
  );
}
