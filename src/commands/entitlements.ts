import { parseBuyer } from '../checklist/buyers.ts';
import { toRows } from '../checklist/contracts.ts';
import { productCode } from '../checks/buyer-holdings.ts';
import { loadConfig } from '../config/load-config.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { type ConnectionOptions, openConnection } from '../run/connection.ts';
import { block } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';
import { findings } from '../text/step-lines.ts';

export interface EntitlementsOptions extends ConnectionOptions {
  readonly buyer: string;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Prints what AWS says a buyer is entitled to. */
export async function entitlements(options: EntitlementsOptions, host: Host): Promise<Outcome> {
  const buyer = parseBuyer(options.buyer);
  const terminal = await host.openTerminal(options);
  const config = await loadConfig(options, host);
  const session = await openConnection(config.options, host, terminal, config.assertProduct);
  try {
    const { caller, product } = await session.target();
    if (buyer === caller.accountId) {
      throw new UserError(
        'buyer-is-seller',
        `The buyer ${buyer} is the seller's own account. Sellers cannot buy their own products on AWS Marketplace.`,
        'Use a test account that is on the allowlist of the product.',
      );
    }
    const code = productCode(product);
    const granted = await session.marketplace.entitlements(code, buyer);
    const rows = toRows(granted.rows, product.dimensions, granted.at);
    if (options.json) {
      const shown = rows.map(({ plan: _, ...row }) => row);
      host.stdout.write(jsonText({ productCode: code, buyer, entitlements: shown }));
    } else if (rows.length > 0) {
      host.stdout.write(findings(host.stdout.styles(options.color), { kind: 'entitlements', entitlements: rows }, 0));
    }
    if (rows.length === 0) {
      const body = `AWS returned no entitlements for buyer ${buyer} and ${product.title} (${product.id}). After a purchase, this can take a few minutes.`;
      terminal.write(block(terminal.styles(), { body }));
    }
    return 'pass';
  } finally {
    await session.close();
  }
}
