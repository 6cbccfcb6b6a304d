/** For logs and dumb terminals: the text once the waiting has lasted a few seconds, and then once a minute. */
export function plainProgress(stream: NodeJS.WritableStream, text: () => string): { stop(): void } {
  const say = () => void stream.write(text());
  const first = setTimeout(say, 3_000);
  const timer = setInterval(say, 60_000);
  return {
    stop() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
