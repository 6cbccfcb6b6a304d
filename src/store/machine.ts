/** What the run store must know of the machine and of its own process. */
export interface Machine {
  readonly pid: number;
  readonly host: string;
  now(): Date;
  /** Since it was started, in seconds: not by its clock, which may be put right at any time. */
  uptime(): number;
  /** Another one after every start; null where the system has none. */
  bootId(): string | null;
  /** Whether a process of this machine still runs. */
  alive(pid: number): boolean;
}
