import type { Marketplace, PingAnswer } from '../ports/marketplace.ts';
import { roughly } from '../text/times.ts';
import { type Attempt, check, type DoctorCheck } from './doctor-check.ts';

/** As `engines` of package.json has it; a test keeps the two equal. */
export const oldestNode = '20.19';

export function nodeCheck(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return check('node', 'pass', version);
  return check(
    'node',
    'fail',
    `This is Node ${version}; mp-verify needs ${oldestNode} or newer.`,
    `Install Node ${oldestNode} or newer: https://nodejs.org`,
  );
}

export function networkCheck({ endpoint }: Pick<Marketplace, 'endpoint'>, { answer, trouble }: Attempt<PingAnswer>) {
  return answer
    ? check('network', 'pass', `${answer.host} answers${endpoint === null ? '' : ', which is not AWS'}`)
    : check('network', 'fail', trouble.message, trouble.hint);
}

/** AWS refuses signatures that are more than 5 minutes off: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const mostSkew = 5 * 60_000;
const noticedSkew = 60_000;

/** How far this machine's clock is from AWS's; `ourTime` is of the moment when the answer came. */
export function clockCheck(reached: Attempt<PingAnswer & { readonly ourTime: Date }>): DoctorCheck {
  if (!reached.answer) return check('clock', 'error', 'Not compared, because nothing of AWS answers.');
  const { awsTime, ourTime, host } = reached.answer;
  if (awsTime === null) {
    return check('clock', 'warning', `Not compared, because the answer of ${host} says no time.`);
  }
  const skew = ourTime.getTime() - awsTime.getTime();
  const off = Math.abs(skew);
  // The header has whole seconds, and an answer takes its time.
  const words = off < 2_000 ? "as AWS's" : `${roughly(off)} ${skew > 0 ? 'ahead of' : 'behind'} AWS's`;
  if (off <= noticedSkew) return check('clock', 'pass', words);
  const hint = "Set this machine's clock: turn on automatic time.";
  return off > mostSkew
    ? check('clock', 'fail', `This machine's clock is ${words}; from 5 min on AWS refuses what it signs.`, hint)
    : check('clock', 'warning', `This machine's clock is ${words}.`, hint);
}
