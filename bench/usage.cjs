// @ts-check
// Loaded into a measured Node process: writes what it used, in µs and KiB, to the file that BENCH_USAGE names.
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.BENCH_USAGE ?? '', JSON.stringify(process.resourceUsage()));
});
