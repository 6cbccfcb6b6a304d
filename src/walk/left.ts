import type { Leave } from './context.ts';

/**
 * The operator left a question that is asked deep inside of a look (for the URL of the product page): the step that needed
 * it is left as from its own prompt.
 */
export class Left extends Error {
  override readonly name = 'Left';
  readonly leave: Leave;

  constructor(leave: Leave) {
    super(`the operator left: ${leave}`);
    this.leave = leave;
  }
}
