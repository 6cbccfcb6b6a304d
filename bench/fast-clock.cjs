// @ts-check
// Loaded into a measured process: its clock runs 20 times as fast, so that every quota allows 20 times as much.
const timers = require('node:timers/promises');

const factor = 20;
const since = Date.now();
const realNow = Date.now;
Date.now = () => since + (realNow() - since) * factor;
globalThis.Date = new Proxy(Date, {
  construct: (date, args) => (args.length === 0 ? new date(date.now()) : Reflect.construct(date, args)),
});
const { setTimeout: sleep } = timers;
timers.setTimeout = (ms = 0, value, options) => sleep(ms / factor, value, options);
require('node:module').syncBuiltinESMExports();
