import type { SaasBugName } from '../../ports/sandbox.ts';
import type { ScenarioFault } from '../scenario-file.ts';
import { type Integration, integration } from './integration.ts';

interface Bug {
  /** What a user sees when the bug is there. */
  readonly breaks: string;
  readonly part: Partial<Integration>;
  /** What AWS must answer for the bug to show every time. */
  readonly provokedBy?: ScenarioFault;
}

/** Ways in which real integrations break, each in one place of the model integration. */
export const bugs = {
  'ignores-contract-change': {
    breaks: 'the contract page keeps showing the first contract it read, even after changes on AWS Marketplace',
    part: {
      read: async (aws, contract) =>
        contract.entitlements.length > 0 ? contract.entitlements : integration.read(aws, contract),
    },
  },
  'drops-quantity': { breaks: 'the quantity is always 1', part: { quantity: () => 1 } },
  'wrong-plan': {
    breaks: 'the contract page shows a different plan from the one bought',
    part: {
      plan({ Dimension = '' }, names) {
        const plans = [...names];
        const bought = plans.findIndex(([key]) => key === Dimension);
        return plans.length > 1 ? (plans[(bought + 1) % plans.length]?.[1] ?? 'Free') : 'Free';
      },
    },
  },
  'get-only-registration': {
    breaks: 'the registration page accepts GET only, so "Set up your account" ends in an error',
    part: { takesPost: false },
  },
  'decodes-token-twice': {
    breaks: 'the registration token is decoded a second time, so AWS refuses it',
    part: { tokenOf: (form) => new URLSearchParams(`token=${integration.tokenOf(form)}`).get('token') ?? '' },
  },
  'duplicates-existing-user': {
    breaks: 'a user who signs in after a purchase gets a second account, without the data of the first',
    part: { accountFor: ({ email, password }, customers, now) => customers.copy({ email, password, createdAt: now }) },
  },
  'never-stores-contract': {
    breaks: 'sign-up and sign-in work, but the purchase is not saved',
    part: { link() {} },
  },
  'crashes-on-empty-entitlements': {
    breaks: 'the SaaS uses the first row of the first page of GetEntitlements, and crashes where there is none',
    part: {
      async read(aws, contract) {
        const { Entitlements } = await aws.entitlements(contract);
        const [first] = Entitlements as [NonNullable<typeof Entitlements>[number]];
        return [{ ...first, Dimension: (first.Dimension as string).trim() }];
      },
    },
    provokedBy: { action: 'GetEntitlements', fault: 'empty-first-page', calls: null },
  },
} as const satisfies Record<SaasBugName, Bug>;

export function provokedBy(bug: SaasBugName | null): readonly ScenarioFault[] {
  const { provokedBy: fault }: Bug = bug === null ? { breaks: '', part: {} } : bugs[bug];
  return fault === undefined ? [] : [fault];
}

/** Returns the model integration with that bug; null for none. */
export function integrationWith(bug: SaasBugName | null): Integration {
  return bug === null ? integration : { ...integration, ...bugs[bug].part };
}
