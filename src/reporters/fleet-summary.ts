import stringWidth from 'fast-string-width';
import type { FleetReport, ProductReport } from '../checklist/fleet-report.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { block, shorten } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { safe } from '../text/safe.ts';
import { marks, type Styles } from '../text/styles.ts';
import {
  advisoryWords,
  fleetTallyWords,
  fleetTitle,
  fleetWays,
  productMark,
  productName,
  remarksOf,
  sortedProducts,
  stepsOfProduct,
} from './fleet-words.ts';
import { circumstances, commandLines, headline, stepLine } from './summary.ts';

/** At the end of a run, more products than this that passed, with nothing to say about them, are only counted. */
const maxPassed = 20;

/**
 * The end of a report: the verdict, every product, the worst first, and what to do next. With `brief`, as on the screen
 * when a run ends, many products that passed are one line, so that they do not push the others off it.
 */
export function fleetSummary(report: FleetReport, styles: Styles, { brief = false } = {}): string {
  const advisory = advisoryWords(report);
  const sorted = sortedProducts(report.products);
  const plain = sorted.filter((product) => product.verdict === 'pass' && details(product, report, styles) === '');
  const counted = brief && plain.length > maxPassed ? new Set(plain) : new Set();
  return [
    '\n',
    headline(report, fleetTitle(report), fleetTallyWords(report), styles),
    circumstances(
      report,
      report.products.map(({ target }) => target.arn),
      styles,
    ),
    ...productRows(
      sorted.filter((product) => !counted.has(product)),
      styles,
      (product) => details(product, report, styles),
    ),
    counted.size === 0 ? '' : countedRow(counted.size, report.run.id, styles),
    advisory === null ? '' : block(styles, { lead: '  ', body: advisory, style: 'dim' }),
    nextLines(report, styles),
  ].join('');
}

function countedRow(count: number, run: string, styles: Styles): string {
  const { symbol, word, style } = marks.pass;
  const body = `${countWords(count, 'product')}, listed by ${printedCommand(`report ${run}`)}`;
  return block(styles, { lead: `  ${symbol} ${word}  `, leadStyle: style, body });
}

/**
 * Returns a row for each product: its mark, title, ID and owner; two lines on a narrow screen. `details` returns the lines
 * below it.
 */
export function productRows(
  products: readonly ProductReport[],
  styles: Styles,
  details: (product: ProductReport) => string = () => '',
): readonly string[] {
  const cells = products.map((product) => ({
    product,
    mark: productMark(product),
    name: shorten(productName(product), 40),
    id: shorten(product.target.product?.id ?? '', 40),
    owner: shorten(product.owner ?? '', 30),
  }));
  const widest = (of: (cell: (typeof cells)[number]) => string) =>
    cells.reduce((width, cell) => Math.max(width, stringWidth(of(cell))), 0);
  const words = widest(({ mark }) => mark.word);
  const [names, ids, owners] = [widest(({ name }) => name), widest(({ id }) => id), widest(({ owner }) => owner)];
  const room = styles.columns - '  ✗   '.length - words - '  '.length - ids - (owners > 0 ? owners + 2 : 0);
  const width = Math.min(names, room);
  return cells.map(({ product, mark, name, id, owner }) => {
    const { symbol, word, style } = mark;
    if (width < Math.min(names, 16))
      return [
        block(styles, { lead: `${symbol} ${word}  `, leadStyle: style, body: productName(product) }),
        id + owner === ''
          ? ''
          : block(styles, { lead: '  ', body: [id, owner].filter(Boolean).join('  '), style: 'dim' }),
        details(product),
      ].join('');
    const title = shorten(name, width);
    return [
      block(styles, {
        lead: `  ${symbol} ${word.padEnd(words)}  `,
        leadStyle: style,
        body: id === '' ? title : `${title}${' '.repeat(width - stringWidth(title))}  ${id}`,
        right: owner,
      }),
      details(product),
    ].join('');
  });
}

/** Stands above the steps of a product. */
export function productHeading(product: ProductReport, styles: Styles, right = product.owner ?? ''): string {
  const { symbol, style } = productMark(product);
  const body = [productName(product), product.target.product?.id].filter(Boolean).join('  ');
  return `\n${block(styles, { lead: `${symbol} `, leadStyle: style, body, style: 'bold', right })}`;
}

/** Says why a product has its verdict, and what becomes of that. */
function details(product: ProductReport, report: FleetReport, styles: Styles): string {
  return [
    product.reason === null ? '' : block(styles, { lead: '      ', body: product.reason }),
    ...stepsOfProduct(product).map((each) => stepLine(each, styles, '      ')),
    ...remarksOf(product, report).map((body) => block(styles, { lead: '      ', body, style: 'warn' })),
  ].join('');
}

function nextLines(report: FleetReport, styles: Styles): string {
  const [resume, flags] = fleetWays(report);
  if (!resume) return '';
  return [
    commandLines(report.verdict === 'fail' ? 'Fix it, then resume:' : 'Saved. To continue:', [resume], styles),
    flags
      ? block(styles, { lead: '  ', body: 'To check only what has not passed, add to the command of a new run:' })
      : '',
    // On one line, however long, so that it can be copied.
    flags ? `${styles.paint.accent(`    ${safe(flags.command)}`)}\n` : '',
  ].join('');
}
