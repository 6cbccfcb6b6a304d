/** What the SaaS says where ResolveCustomer gives no customer; an error that is not of AWS is thrown on. */
export function troubleOf(error: unknown) {
  if (!isOfAws(error)) throw error;
  const again = 'Go back to AWS Marketplace, and choose "Set up your account" again.';
  if (error.name === 'InvalidTokenException') return refusal(400, `This registration token is invalid. ${again}`);
  // Our own keys expire under the same name; only the message tells: "The security token included in the request is expired".
  if (error.name === 'ExpiredTokenException' && !/security token/i.test(error.message)) {
    return refusal(400, `This registration token has expired. ${again}`);
  }
  return refusal(503, 'We can not ask AWS Marketplace about your purchase now. Try again in a few minutes.');
}

function refusal(status: 400 | 503, words: string) {
  return { status, words };
}

/** The SDK leaves its mark on every error of a call, also where there was no answer. */
export function isOfAws(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}

/** What is wrong with what somebody wants to sign up with; null where nothing is. */
export function wrongAccount(email: string, password: string): string | null {
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return 'Give an e-mail address, as in aiko@gmail.com.';
  if (password.length < 8 || password.length > 200) return 'Give a password of 8 to 200 characters.';
  return null;
}
