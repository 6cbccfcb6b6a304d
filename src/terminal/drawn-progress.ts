import ora from 'ora';

/** A spinner whose text is drawn anew as time passes. */
export function drawnProgress(stream: NodeJS.WriteStream, text: () => string): { stop(): void } {
  // The keyboard drops what is typed meanwhile, and must hear Ctrl+C itself.
  const spinner = ora({
    stream,
    discardStdin: false,
    isEnabled: true,
    color: false,
    text: besideSpinner(text()),
  }).start();
  const timer = setInterval(() => {
    spinner.text = besideSpinner(text());
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      spinner.stop();
    },
  };
}

/** The spinner stands where the text has its ellipsis. */
function besideSpinner(text: string): string {
  return text.trimEnd().replace('… ', '');
}
