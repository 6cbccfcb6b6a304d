import { type RunningSandbox, type SaasBugName, type SandboxPort, unawareClients } from '../ports/sandbox.ts';
import { safe } from '../text/safe.ts';
import { useCases } from './load-checklists.ts';
import { inTheWay, noProxy, sandboxEnv } from './sandbox-env.ts';

interface Told {
  readonly saasBug: SaasBugName | undefined;
  /** Names that the sandbox answers to, beside its own. */
  readonly allowHosts: readonly string[];
}

/** How to reach a sandbox, and what to do in it: lines for a shell. All but those for the environment are comments. */
export function sandboxLines(
  sandbox: RunningSandbox,
  { saasBug, allowHosts }: Told,
  practiceCommand: SandboxPort['practiceCommand'],
): readonly string[] {
  const { url, seller, buyers, accessKeyIds, practiceBuyers, sentTo } = sandbox;
  return [
    '# A local AWS Marketplace to practise on. It is not AWS, and forgets everything',
    '# when it stops. Paste these lines into another terminal: there, mp-verify and',
    '# AWS SDKs call it for Marketplace and STS, and AWS for everything else.',
    `unset ${inTheWay.join(' ')}`,
    ...Object.entries(sandboxEnv(sandbox)).map(([name, value]) => `export ${name}=${value}`),
    `export NO_PROXY="${noProxy(sandbox)}\${NO_PROXY:+,$NO_PROXY}"`,
    `# Not ${unawareClients}:`,
    '#   they ignore these variables and call AWS. Give them the endpoint in code, or',
    `#   with --endpoint-url ${url}`,
    ...allowHosts.map((name) => `# From a container, in place of ${url}: http://${safe(name)}:${new URL(url).port}`),
    `# The seller is account ${seller.accountId}. Test buyers:`,
    ...Object.entries(buyers).map(([name, buyer]) => {
      const isUseCase = useCases.some((id) => id === name);
      return `#   ${buyer}  ${isUseCase ? `for mp-verify run ${name} --buyer ${buyer}` : name}`;
    }),
    '# The access key id says who asks. As a buyer or, the last, as a stranger:',
    ...Object.entries(accessKeyIds).map(([account, id]) => `#   ${account}  export AWS_ACCESS_KEY_ID=${id}`),
    ...(['purchase', 'change'] as const).flatMap((action) => {
      const buyer = practiceBuyers[action];
      return buyer === null ? [] : [`#   ${action}: ${practiceCommand(url, action, buyer, null)}`];
    }),
    `# Pages to click through: the shop ${url}/marketplace`,
    `#   its API calls ${url}/sandbox/calls`,
    sentTo.length > 0
      ? `#   buyers are sent to ${safe(sentTo.join(', '))}`
      : `#   the sample SaaS ${url}/saas/sign-in${saasBug === undefined ? '' : `, broken: ${saasBug}`}`,
    '# Ctrl+C stops it.',
  ];
}
