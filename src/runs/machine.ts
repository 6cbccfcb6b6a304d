/** What the run store must know of the machine and of its own process. */
export interface Machine {
  readonly pid: number;
  readonly host: string;
  now(): Date;
  bootedAt(): Date;
  /** Whether a process of this machine still runs. */
  alive(pid: number): boolean;
}
