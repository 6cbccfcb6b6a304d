/** Names the runs on this machine where an address could stand. */
export const localStore = 'local';

const addressPattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*?))?\/*$/;

/** What a prefix must not contain: control characters, wildcards of an IAM policy, and parts that a URL resolves. */
const badPrefix = /[\p{C}*?]|(?:^|\/)\.\.?(?:\/|$)/u;

/** Splits `s3://bucket/prefix`; null for anything else. The prefix is empty or ends with a slash. */
export function parseAddress(url: string): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, prefix = ''] = addressPattern.exec(url) ?? [];
  return bucket === undefined || badPrefix.test(prefix) ? null : { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** Returns the IAM statements that a shared store needs. Nothing is ever deleted. */
export function storeStatements(url: string) {
  const { bucket = '', prefix = '' } = parseAddress(url) ?? {};
  return [
    { Sid: 'SharedStoreList', Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
    {
      Sid: 'SharedStoreObjects',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::${bucket}/${prefix}*`,
    },
  ];
}
