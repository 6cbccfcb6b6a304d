/** What a product is sold for. A product may have several offers, or none. */
export interface StoredOffer {
  /** Entity id, `offer-…`. */
  readonly id: string;
  readonly productId: string;
  readonly name: string;
  readonly state: 'Draft' | 'Released';
  /** The only accounts that may accept it, of a private offer; null: a public one. */
  readonly buyerAccounts: readonly string[] | null;
  /** Epoch ms until which it can be accepted, as private offers have it; null: without end. */
  readonly availableUntil: number | null;
  /** ISO 8601 durations to choose from, `P1M`, `P12M`; none: the offer has no contract terms. */
  readonly durations: readonly string[];
  /** Of a unit of every dimension, for any duration; null leaves the price out of the terms. */
  readonly price: string | null;
  /** By dimension key: where it is not `price`. */
  readonly prices: Readonly<Record<string, string>>;
  /** Three letters, `USD`. */
  readonly currency: string;
  /** Whether the buyer may choose, and so change, the quantity. */
  readonly quantities: 'Allowed' | 'Disallowed';
}
