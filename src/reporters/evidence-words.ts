import type { StepReport } from '../checklist/report-document.ts';
import { utcMinute } from '../checklist/utc-minute.ts';

/** `contract.png, image/png, 12 KiB, sha256 1f3a…`, how many secrets were replaced in it, and when it was attached. */
export function evidenceWords({ name, mediaType, bytes, sha256, redacted = 0, at }: Evidence): string {
  const size = bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`;
  const secrets = redacted === 0 ? '' : `, ${redacted} ${redacted === 1 ? 'secret' : 'secrets'} in it replaced`;
  return `${name}, ${mediaType}, ${size}, sha256 ${sha256.slice(0, 12)}…${secrets}${at === undefined ? '' : `, attached ${utcMinute(at)}`}`;
}

type Evidence = NonNullable<StepReport['evidence']>[number];
