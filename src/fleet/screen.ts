import type { FleetProduct } from '../checklist/entries.ts';
import type { ProductReport } from '../checklist/fleet-report.ts';
import type { Terminal } from '../ports/host.ts';
import { productMark, productName, stepsOfProduct } from '../reporters/fleet-words.ts';
import { stepLine } from '../reporters/summary.ts';
import { block } from '../text/block.ts';
import type { FleetPlan } from './plan-fleet.ts';

/** Shows how a fleet run gets on. */
export interface FleetScreen {
  begins(product: FleetProduct): void;
  ends(product: ProductReport): void;
  close(): void;
}

/** Shows a line for each product as it ends. */
export function openScreen({ entries, options }: FleetPlan, terminal: Terminal): FleetScreen {
  let ended = 0;
  return {
    begins: () => undefined,
    ends(product) {
      ended++;
      if (options.quiet) return;
      terminal.write(productLine(product, `${ended}/${entries.length}`, terminal));
    },
    close: () => undefined,
  };
}

/** `✗ FAIL  17/300  Acme Notes  prod-lp5dq7gziiuyi`, and why it has not passed. */
function productLine(product: ProductReport, position: string, terminal: Terminal): string {
  const styles = terminal.styles();
  const { symbol, word, style } = productMark(product);
  const id = product.target.product?.id;
  return [
    block(styles, {
      lead: `${symbol} ${word.padEnd(4)}  `,
      leadStyle: style,
      body: [position, productName(product), id].filter(Boolean).join('  '),
      right: product.owner ?? '',
    }),
    product.reason === null ? '' : block(styles, { lead: '      ', body: product.reason }),
    ...stepsOfProduct(product).map((each) => stepLine(each, styles, '      ')),
  ].join('');
}
