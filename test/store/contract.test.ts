import { runStore } from '../../src/store/run-store.ts';
import { s3StandIn } from '../support/s3-stand-in.ts';
import { runStoreContract } from './contract.ts';
import { shared } from './shared/support.ts';
import { machine, stateFolder } from './support.ts';

runStoreContract('on disk', async () => {
  const folder = await stateFolder();
  return async (changes) => runStore(folder, machine(changes));
});

runStoreContract('in a shared store', async () => {
  const s3 = await s3StandIn();
  return (changes) => shared(s3, { machine: { host: 'desk', ...changes } });
});
