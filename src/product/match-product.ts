import type { ProductPage } from '../checklist/model.ts';
import { entityIdIn } from './product-id.ts';

/** A product as it is known without asking AWS. */
interface Known {
  readonly id: string;
  readonly code: string | null;
  readonly title: string;
}

/** The products that are meant by an id, a product code or a title (an exact one beats a partial one). */
export function matchProduct<Product extends Known>(said: string, products: readonly Product[]): readonly Product[] {
  const lower = said.toLowerCase();
  const wantedId = entityIdIn(said) ?? said;
  const ways: readonly ((product: Known) => boolean)[] = [
    ({ id, code }) => id === wantedId || code === said,
    ({ title }) => title === said,
    ({ title }) => title.toLowerCase() === lower,
    ({ title }) => title.toLowerCase().includes(lower),
  ];
  return ways.map((fits) => products.filter(fits)).find((found) => found.length > 0) ?? [];
}

/** Whether that product can be meant. */
export function isProduct(
  said: string,
  { productId, productCode, title }: Pick<ProductPage, 'productId' | 'productCode' | 'title'>,
) {
  return matchProduct(said, [{ id: productId, code: productCode, title }]).length > 0;
}
