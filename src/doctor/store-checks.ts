import { type SharedStore, type StoreProbe, storeStatements } from '../ports/storage.ts';
import { check, type DoctorCheck, inquire } from './doctor-check.ts';
import { iamPolicy } from './permissions.ts';

const neededFor = 'the shared store';
/** The last one also finds out whether the store creates an object only if there is none. */
const probes: readonly StoreProbe[] = ['s3:ListBucket', 's3:GetObject', 's3:PutObject'];

/** Checks the shared store, by what runs do there. Stops at the first failure that concerns everything else too. */
export async function storeChecks(shared: SharedStore): Promise<readonly DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  let isDenied = false;
  for (const action of probes) {
    const { trouble } = await inquire(shared.probe(action));
    if (trouble === null) {
      checks.push({ ...check(action, 'pass', 'allowed'), neededFor });
      continue;
    }
    const { cause, action: denied } = 'values' in trouble ? trouble.values : {};
    if (cause !== 'access-denied')
      return [check('shared store', cause === 'network' ? 'error' : 'fail', trouble.message, trouble.hint)];
    // S3 answers a read of an object that is not there with 403, if listing is not allowed.
    if (action === 's3:GetObject' && isDenied) continue;
    isDenied = true;
    const policy = JSON.stringify(iamPolicy(...storeStatements(shared.url)));
    checks.push({
      // Our policy contains no key of a bucket.
      ...check(
        action,
        'fail',
        trouble.message,
        denied === action ? `Allow this policy for the shared store: ${policy}` : trouble.hint,
      ),
      neededFor,
    });
  }
  const store = check('shared store', 'pass', shared.url);
  return isDenied ? checks : [store, ...checks, ...(await advice(shared))];
}

/** What protects the runs from a mistake in the bucket, as far as these credentials may see it. */
async function advice(shared: SharedStore): Promise<readonly DoctorCheck[]> {
  const { versioning, encryption, objectLock } = await shared.bucketFacts();
  const known = [
    ...(encryption === null ? [] : [`encryption ${encryption}`]),
    ...(objectLock === null ? [] : [`Object Lock ${objectLock ? 'on' : 'off'}`]),
  ];
  return [
    ...(versioning === null
      ? []
      : [
          versioning
            ? check('bucket versions', 'pass', 'on')
            : check(
                'bucket versions',
                'warning',
                'Off: what is deleted in the bucket is gone.',
                'Turn on versioning of the bucket (optional).',
              ),
        ]),
    ...(known.length === 0 ? [] : [check('bucket', 'pass', known.join(', '))]),
  ];
}
