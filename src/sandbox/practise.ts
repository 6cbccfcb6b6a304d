import { CouldNotTell } from '../errors.ts';

/** Does a buyer's part in a sandbox, as the line does that operators paste. Rejects with `CouldNotTell`. */
export async function practise(url: string, action: 'purchase' | 'change', buyer: string): Promise<void> {
  const body = new URLSearchParams({ buyer, ...(action === 'change' ? { quantity: '20' } : {}) });
  const answer = await fetch(`${url}/sandbox/${action}`, { method: 'POST', body });
  const words = (await answer.text()).trim();
  if (!answer.ok) throw new CouldNotTell('sandbox-refused', words);
}
