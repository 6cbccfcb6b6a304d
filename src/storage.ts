import { printedCommand } from './checklist/printed-command.ts';
import type { Clock } from './ports/host.ts';
import type { CredentialsFrom } from './ports/marketplace.ts';
import type { OpenRun, Storage, StoreLocation } from './ports/storage.ts';
import type { SharedStoreOptions } from './store/s3/shared-store.ts';

/** What the stores of runs are made from. */
export interface StorageMaterial {
  /** The state folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly pid: number;
  /** Sends signal 0 to a process, and throws if there is none. */
  signal(pid: number): void;
  operator(): Promise<string | null>;
  keysOf(credentials: CredentialsFrom): Promise<Extract<SharedStoreOptions['credentials'], () => unknown>>;
  /** Receives the command that prints the run, for each run that the command adds to. */
  onRun(toPrint: string): void;
  /** Receives what to tell the operator while nothing else can be shown. */
  onWait(words: string): void;
}

/** The runs on this machine. Loads the store, which imports zod, on first use. */
export function localStorage(material: StorageMaterial): Storage {
  const { folder } = material;
  const store = once(async () => {
    const { runStore } = await import('./store/run-store.ts');
    return runStore(folder, await machineOf(material));
  });
  const pages = async () => (await import('./store/product-pages.ts')).productPages(folder);
  const opened = opening(material);
  return {
    shared: null,
    runs: {
      index: null,
      ids: async () => (await store()).ids(),
      read: async (id) => (await store()).read(id),
      readAll: async () => (await store()).readAll(),
      inspect: async (id) => (await store()).inspect(id),
      readFile: async (id, file) => (await store()).readFile(id, file),
      create: async (base, record) => opened(await (await store()).create(base, record)),
      open: async (id) => opened(await (await store()).open(id)),
      inUse: async (id) => (await store()).inUse(id),
      remove: async (id) => (await store()).remove(id),
    },
    productPages: {
      recall: async (...args) => (await pages()).recall(...args),
      remember: async (...args) => (await pages()).remember(...args),
    },
  };
}

/** The runs in S3. Loads the store on first use, and the SDK with the first request. */
export function sharedStorage(location: StoreLocation, material: StorageMaterial): Storage {
  const store = once(async () => {
    const [{ sharedStore }, { summaryFacts }, machine] = await Promise.all([
      import('./store/s3/shared-store.ts'),
      import('./run/run-summary.ts'),
      machineOf(material, true),
    ]);
    const options: SharedStoreOptions = {
      ...{ url: location.url, region: location.region, endpointUrl: location.endpointUrl },
      credentials: async () => (await material.keysOf(location.credentials))(),
      operator: async () => location.operator ?? (await material.operator()),
      summarize: summaryFacts,
      onSilence: () => material.onWait(`Waiting for the shared store ${location.url}, which has not answered yet.`),
    };
    return sharedStore(options, machine, material.clock, material.folder);
  });
  const opened = opening(material);
  return {
    runs: {
      index: {
        async *list() {
          yield* (await store()).index.list();
        },
        deciding: async () => (await store()).index.deciding(),
      },
      ids: async () => (await store()).ids(),
      read: async (id) => (await store()).read(id),
      readAll: async () => (await store()).readAll(),
      inspect: async (id) => (await store()).inspect(id),
      readFile: async (id, file) => (await store()).readFile(id, file),
      create: async (base, record) => opened(await (await store()).create(base, record)),
      open: async (id) => opened(await (await store()).open(id)),
      inUse: async (id) => (await store()).inUse(id),
      remove: async (id) => (await store()).remove(id),
    },
    productPages: {
      recall: async (...args) => (await store()).productPages.recall(...args),
      remember: async (...args) => (await store()).productPages.remember(...args),
    },
    shared: {
      url: location.url,
      takeOver: async (id, holder) => opened(await (await store()).takeOver(id, holder)),
      unsaved: async (saved) => (await store()).unsaved(saved),
      push: async (...args) => (await store()).push(...args),
      probe: async (request) => (await store()).probe(request),
      bucketFacts: async () => (await store()).bucketFacts(),
    },
  };
}

async function machineOf({ folder, pid, signal }: StorageMaterial, isAmongOthers = false) {
  const { machineId, thisMachine } = await import('./store/lock.ts');
  return thisMachine(pid, signal, isAmongOthers ? await machineId(folder) : null);
}

function opening({ onRun }: StorageMaterial): (run: OpenRun) => OpenRun {
  return (run) => {
    onRun(printedCommand(`report ${run.record.id} --format json`));
    return run;
  };
}

/** Makes the value on first use, and keeps it. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
