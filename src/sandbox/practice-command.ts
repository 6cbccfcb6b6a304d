/**
 * The line that an operator pastes to buy, or to change a contract, in the sandbox. It needs no quoting in POSIX shells
 * or in cmd.exe, whatever `buyer` is.
 */
export function practiceCommand(action: 'purchase' | 'change', sandboxUrl: string, buyer: string): string {
  const fields = [`buyer=${buyer.replaceAll(/[^0-9A-Za-z]/g, '')}`, ...(action === 'change' ? ['quantity=20'] : [])];
  return `curl ${fields.map((field) => `-d ${field}`).join(' ')} ${sandboxUrl}/sandbox/${action}`;
}
