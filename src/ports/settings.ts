/** What the operator's configuration says to the checks: from `mp-verify.yaml` and flags. */
export interface Settings {
  /** In the offer's currency, taken as USD; above it a price must be acknowledged before somebody pays it. */
  readonly maxTestPrice: number;
  /** `config.saas.*` in checklists. */
  readonly saas: { readonly signIn: string | null; readonly contractPage: string | null };
  /** The SaaS's own view of a contract; null where it is not configured. */
  readonly contractApi: ContractApi | null;
}

export interface ContractApi {
  /** With `${buyer}` and `${licence}`. */
  readonly url: string;
  /** Values as they are sent: `${env.NAME}` is filled in. */
  readonly headers: Readonly<Record<string, string>>;
  /** JMESPath of a list with one item a plan; null where the answer shows one plan only. */
  readonly items: string | null;
  /** JMESPath expressions over the JSON answer, or over each item; null where the SaaS does not tell. */
  readonly plan: string | null;
  readonly quantity: string | null;
  readonly endDate: string | null;
  /** Of the number of accounts that the SaaS has for the buyer: more than one is a duplicate. */
  readonly accounts: string | null;
  /** The SaaS's plan names, and the dimension keys of AWS that they stand for. */
  readonly plans: Readonly<Record<string, string>>;
}

export const noSettings: Settings = { maxTestPrice: 1, saas: { signIn: null, contractPage: null }, contractApi: null };
