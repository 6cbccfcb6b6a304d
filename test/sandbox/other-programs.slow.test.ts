import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { sandboxEnv } from '../../src/commands/sandbox.ts';
import { issueToken } from '../../src/sandbox/contracts.ts';
import { agreed, contract, notes, openSandbox, start } from './support.ts';

const run = promisify(execFile);
const hasCli = works('aws', ['--version']);
const hasBoto3 = works('python3', ['-c', 'import boto3']);

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A sandbox, and the environment that `mp-verify sandbox` prints; nothing of this machine's own AWS settings. */
async function open() {
  const sandbox = await openSandbox();
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...sandboxEnv(sandbox),
    AWS_MAX_ATTEMPTS: '1',
  };
  const { buyerAccountId, productId, licenseArn } = agreed;
  const token = issueToken(sandbox.world, { buyerAccountId, productId, licenseArn, now: start });
  return { ...sandbox, env, token };
}

const code = notes.code ?? '';
const row = { Dimension: contract.dimension, CustomerAWSAccountId: agreed.buyerAccountId, Value: { IntegerValue: 10 } };
const wanted = [
  { name: 'PartyType', values: ['Proposer'] },
  { name: 'AgreementType', values: ['PurchaseAgreement'] },
];

describe.skipIf(!hasCli)(`the AWS CLI works unchanged${hasCli ? '' : ' (skipped: aws is not installed)'}`, () => {
  test.each<[string, readonly string[], object]>([
    ['sts', ['get-caller-identity'], { Account: '111122223333' }],
    [
      'marketplace-catalog',
      ['list-entities', '--catalog', 'AWSMarketplace', '--entity-type', 'SaaSProduct'],
      { EntitySummaryList: [{ Name: 'Acme Notes' }, { Name: 'Acme Boards' }] },
    ],
    [
      'marketplace-catalog',
      ['describe-entity', '--catalog', 'AWSMarketplace', '--entity-id', notes.id],
      { EntityType: 'SaaSProduct@1.0', DetailsDocument: { Description: { ProductTitle: 'Acme Notes' } } },
    ],
    ['marketplace-catalog', ['list-change-sets', '--catalog', 'AWSMarketplace'], { ChangeSetSummaryList: [] }],
    ['marketplace-entitlement', ['get-entitlements', '--product-code', code], { Entitlements: [row] }],
    [
      'marketplace-agreement',
      ['search-agreements', '--catalog', 'AWSMarketplace', '--filters', JSON.stringify(wanted)],
      { agreementViewSummaries: [{ agreementId: agreed.id, status: 'ACTIVE' }] },
    ],
    [
      'meteringmarketplace',
      ['resolve-customer', '--registration-token', '$TOKEN'],
      { CustomerAWSAccountId: agreed.buyerAccountId, ProductCode: code, LicenseArn: agreed.licenseArn },
    ],
  ])('aws %s %j', async (service, args, expected) => {
    const { env, token } = await open();
    const words = [service, ...args.map((arg) => arg.replace('$TOKEN', token)), '--output', 'json'];
    const { stdout } = await run('aws', words, { env });
    expect(JSON.parse(stdout)).toMatchObject(expected);
  });

  test.each([
    ['InvalidTokenException', 'meteringmarketplace resolve-customer --registration-token x'],
    [
      'UnknownOperationException',
      'marketplace-catalog describe-change-set --catalog AWSMarketplace --change-set-id 1a2b3c4d5e6f7g8h9i0j1k2l3',
    ],
  ])('tells %s by its name', async (name, words) => {
    const { env } = await open();
    const failed = run('aws', words.split(' '), { env });
    await expect(failed).rejects.toMatchObject({ stderr: expect.stringContaining(`(${name})`) });
  });
});

const questions = `
import boto3, json, sys
from datetime import datetime, timezone
code, product, agreement, token, now = sys.argv[1:]
pages = boto3.client('marketplace-entitlement').get_paginator('get_entitlements').paginate(ProductCode=code)
rows = [row for page in pages for row in page['Entitlements']]
catalog = boto3.client('marketplace-catalog')
discovery = boto3.client('marketplace-discovery')
metering = boto3.client('meteringmarketplace')
terms = boto3.client('marketplace-agreement').get_agreement_terms(agreementId=agreement)['acceptedTerms']
record = {'Timestamp': datetime.fromtimestamp(int(now), timezone.utc), 'CustomerAWSAccountId': '1', 'Dimension': 'x'}
def name_of(call, **args):
    try:
        call(**args)
    except Exception as error:
        return type(error).__name__
print(json.dumps({
    'account': boto3.client('sts').get_caller_identity()['Account'],
    'row': [rows[0]['Value'], rows[0]['ExpirationDate'].timestamp()],
    'product': discovery.get_product(productId=product)['productName'],
    'options': len(discovery.list_purchase_options(filters=[{'filterType': 'PRODUCT_ID', 'filterValues': [product]}])['purchaseOptions']),
    'batch': list(catalog.batch_describe_entities(EntityRequestList=[{'Catalog': 'AWSMarketplace', 'EntityId': product}])['EntityDetails']),
    'bought': [term['configurableUpfrontPricingTerm']['configuration']['selectorValue'] for term in terms if 'configurableUpfrontPricingTerm' in term],
    'customer': metering.resolve_customer(RegistrationToken=token)['CustomerAWSAccountId'],
    'errors': [
        name_of(metering.resolve_customer, RegistrationToken='x'),
        name_of(metering.batch_meter_usage, ProductCode=code, UsageRecords=[record]),
        name_of(boto3.client('marketplace-entitlement').get_entitlements, ProductCode=code, NextToken='x'),
        name_of(catalog.describe_entity, Catalog='AWSMarketplace', EntityId='prod-unknown'),
    ],
}))
`;

test.skipIf(!hasBoto3)(`boto3 works unchanged${hasBoto3 ? '' : ' (skipped: it is not installed)'}`, async () => {
  const { env, token } = await open();
  const args = ['-c', questions, code, notes.id, agreed.id, token, String(start / 1000)];
  const { stdout } = await run('python3', args, { env });
  expect(JSON.parse(stdout)).toEqual({
    account: '111122223333',
    row: [{ IntegerValue: 10 }, (contract.endsAt ?? 0) / 1000],
    product: notes.title,
    options: 0,
    batch: [notes.id],
    bought: ['P1M'],
    customer: agreed.buyerAccountId,
    errors: [
      'InvalidTokenException',
      'InvalidUsageDimensionException',
      'InvalidParameterException',
      'ResourceNotFoundException',
    ],
  });
});
