import { Interrupted, type Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';

export interface SandboxOptions {
  readonly port?: number | undefined;
}

/** Runs a local AWS Marketplace until it is stopped, and says how to reach it. */
export async function sandbox({ port }: SandboxOptions, host: Host): Promise<Outcome> {
  const { url, seller, buyers, close } = await host.startSandbox(port === undefined ? {} : { port });
  try {
    const print = (line: string) => host.stdout.write(`${line}\n`);
    print('# A local AWS Marketplace to practise on. It is not AWS, and forgets everything when it stops.');
    print('# Paste these lines into another terminal; mp-verify and every AWS SDK then ask it instead of AWS:');
    print(`export AWS_ENDPOINT_URL=${url}`);
    print(`export AWS_ACCESS_KEY_ID=${seller.accessKeyId}`);
    print(`export AWS_SECRET_ACCESS_KEY=${seller.secretAccessKey}`);
    print('export AWS_REGION=us-east-1');
    print(`# The seller is account ${seller.accountId}. Test buyers:`);
    for (const [checklist, buyer] of Object.entries(buyers))
      print(`#   ${buyer}  for mp-verify run ${checklist} --buyer ${buyer}`);
    for (const action of ['purchase', 'change'] as const) {
      const buyer = buyers[action === 'purchase' ? 'new-signup' : 'contract-change'];
      if (buyer) print(`#   ${action}: ${host.practiceCommand(url, action, buyer)}`);
    }
    print('# Ctrl+C stops it.');
    await new Promise<void>((resolve) => {
      if (host.signal.aborted) resolve();
      else host.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return host.signal.reason instanceof Interrupted ? host.signal.reason.signal : 'bug';
  } finally {
    await close();
  }
}
