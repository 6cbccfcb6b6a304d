import { expect, test } from 'vitest';
import { formatProblem } from '../../src/checklist/problems.ts';
import { configText, emptyDraft } from '../../src/commands/init.ts';
import { type Config, parseConfig } from '../../src/config/config-file.ts';

function read(text: string): Config {
  const config = parseConfig('mp-verify.yaml', text);
  if (!('buyers' in config)) throw new Error(config.map(formatProblem).join('\n'));
  return config;
}

test('every example is right as it stands, once its # is taken away', () => {
  const text = configText(emptyDraft).replace(/^#(?! )|^#(?= {2})/gm, '');
  const config = read(text);
  // Several products are what init --all writes.
  const { settings, account: _, products: __, ...others } = config;
  // Its example is also the default.
  expect(text).toMatch(/^max-test-price: /m);
  for (const [field, value] of Object.entries({ ...others, ...settings, ...settings.saas })) {
    expect(value, field).not.toBeNull();
    expect(value, field).not.toEqual({});
  }
  expect(settings.contractApi).toMatchObject({
    headers: { authorization: `Bearer \${env.ACME_TOKEN}` },
    items: 'contracts',
    plan: 'plan',
    plans: { Professional: 'pro_plan' },
  });
  expect(Object.keys(config.buyers)).toEqual([
    'new-signup',
    'existing-user',
    'contract-change',
    'regression',
    'registration',
  ]);
});

test('the account of the change is proposed where one with a contract is needed', () => {
  const text = configText({ ...emptyDraft, buyers: { 'contract-change': '123412341234' } });
  expect(text).toContain('#  regression: "123412341234"');
});

test('whatever a title or an answer holds, the file says what was meant and nothing else', () => {
  const hostile = 'a"b\\ # c: [d]\n\nprofile: forged\u2028\u202e\u001b[31m';
  const config = read(
    configText({
      ...emptyDraft,
      product: { id: hostile.replaceAll(/\s+/g, ' '), title: hostile },
      buyerProfile: "it's: *x",
    }),
  );
  expect(config.profile).toBeNull();
  expect(config.product).toBe(hostile.replaceAll(/\s+/g, ' '));
  expect(config.buyerProfile).toBe("it's: *x");
});
