import { onTestFinished } from 'vitest';
import type { KeyQuestion, Terminal } from '../../src/ports/host.ts';
import { plainPaint, type Styles } from '../../src/text/styles.ts';

/** What the operator does: presses a key, types a line, or chooses; or an error with which the question rejects. */
export type Move =
  | string
  | { readonly step: string; readonly press: string }
  | { readonly line: string | null }
  | { readonly choose: string | null }
  /** What happens elsewhere while the operator thinks about a key. */
  | { readonly meanwhile: () => Promise<unknown>; readonly key: string }
  | Error;

/** The operator's moves at one step of a walk. A key requested at another step fails the test. */
export function at(step: string) {
  const press = (key: string): Move => ({ step, press: key });
  return {
    press,
    fails: (why: string): readonly Move[] => [press('f'), { line: why }],
    skips: (why: string): readonly Move[] => [press('s'), { line: why }],
    notes: (text: string): readonly Move[] => [press('n'), { line: text }],
  };
}

/** Presses `p` at each of these steps. */
export function passes(...steps: readonly string[]): readonly Move[] {
  return steps.map((step) => at(step).press('p'));
}

export interface ScriptTerminal extends Terminal {
  /** Returns everything written, in one piece. */
  written(): string;
  /** Every question, in its short form: `p/f/s`, `line: Note`. */
  readonly questions: string[];
  /** What was written before each ring of the bell. */
  readonly bells: string[];
  /** Returns the current progress text; null if there is none. */
  showing(): string | null;
  /** Throws if the operator has moves left. Called when the test finishes. */
  done(): void;
}

/** A terminal with an operator who follows a script. A null script means that there is no operator. */
export function scriptTerminal(
  script: readonly Move[] | null,
  look: Styles = { columns: 80, paint: plainPaint },
): ScriptTerminal {
  const left = [...(script ?? [])];
  const texts: string[] = [];
  const questions: string[] = [];
  let progress: (() => string) | null = null;

  const next = (question: string): Exclude<Move, Error> => {
    questions.push(question);
    const move = left.shift();
    if (move === undefined) throw new Error(`unexpected question: ${question}`);
    if (move instanceof Error) throw move;
    return move;
  };
  const unfit = (question: string, move: Move) =>
    new Error(`the question ${question} does not take the answer ${JSON.stringify(move)}`);

  const terminal: ScriptTerminal = {
    interactive: script !== null,
    questions,
    bells: [],
    written: () => texts.join(''),
    showing: () => progress?.() ?? null,
    styles: () => look,
    write: (text) => void texts.push(text),
    async key<Key extends string>({ keys, step }: KeyQuestion<Key>) {
      const question = Object.keys(keys).join('/');
      const move = next(question);
      if (typeof move !== 'string' && 'meanwhile' in move) {
        await move.meanwhile();
        left.unshift(move.key);
        questions.pop();
        return terminal.key({ keys, ...(step === undefined ? {} : { step }) });
      }
      const isHere = typeof move === 'string' || ('step' in move && move.step === step);
      const pressed = typeof move === 'string' ? move : 'press' in move ? move.press : null;
      const key = (Object.keys(keys) as Key[]).find((known) => known === pressed);
      if (key === undefined || !isHere)
        throw unfit(step === undefined ? question : `${question} of step ${step}`, move);
      return key;
    },
    async line({ message, check, typed, emptyCancels = false }) {
      const question = `line: ${message}${typed === undefined ? '' : ` ${typed}`}`;
      const move = next(question);
      if (typeof move === 'string' || !('line' in move)) throw unfit(question, move);
      if (move.line === '' && emptyCancels) return null;
      const wrong = move.line === null ? null : (check?.(move.line) ?? null);
      if (wrong !== null) throw unfit(question, move);
      return move.line;
    },
    async choose({ message, choices }) {
      const question = `choose: ${message}`;
      const move = next(question);
      if (typeof move === 'string' || !('choose' in move)) throw unfit(question, move);
      if (move.choose !== null && !choices.some(({ value }) => value === move.choose)) throw unfit(question, move);
      return move.choose;
    },
    progress(text) {
      progress = text;
      return {
        stop() {
          if (progress === text) progress = null;
        },
      };
    },
    bell: () => void terminal.bells.push(texts.join('')),
    done() {
      if (left.length > 0) throw new Error(`nobody asked for ${JSON.stringify(left)}`);
    },
  };
  onTestFinished(() => terminal.done());
  return terminal;
}
