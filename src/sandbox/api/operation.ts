import type { z } from 'zod';
import type { World } from '../world.ts';
import type { Caller } from './caller.ts';
import type { Service } from './error-names.ts';
import type { OddAnswer } from './fault.ts';
import { invalidInput } from './invalid-input.ts';

/** Who asks, of what world, when (epoch ms). */
export interface Call {
  readonly caller: Caller;
  readonly world: World;
  readonly now: number;
  /** Of the sandbox, as the caller reaches it. */
  readonly origin: string;
  /** In which of its ways to answer that are seldom seen; null: in the usual one. */
  readonly oddly: OddAnswer | null;
}

/** One action of one AWS service. `run` throws `AwsError` where AWS would refuse the input or the caller. */
export interface Operation {
  readonly service: Service;
  readonly action: string;
  readonly run: (input: unknown, call: Call) => object;
}

/** An operation whose input is checked against the constraints of AWS's model. */
export function defineOperation<Input>(
  service: Service,
  action: string,
  schema: z.ZodType<Input>,
  answer: (input: Input, call: Call) => object,
): Operation {
  const run = (raw: unknown, call: Call) => {
    const { data, error } = schema.safeParse(raw, { reportInput: true });
    if (error === undefined) return answer(data, call);
    throw invalidInput(service, error.issues);
  };
  return { service, action, run };
}
