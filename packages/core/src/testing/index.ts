export { assertLeadsOn, assertNoSecret } from "./assertions.js";
export { contractOf10npay } from "./contract-of-10npay.js";
export {
  createFakeApi,
  failure,
  type ApiOperation,
  type FakeApi,
  type FakeService,
  type RecordedCall,
  type ScriptedCall,
} from "./fake-api.js";
export { createFakeTabs, type FakeTabs } from "./fake-peers.js";
export { createFakeStore, type FakeStore } from "./fake-store.js";
export { peersContract, type PeersContractCase, type PeersContractWorld } from "./peers-contract.js";
export { createRandomSource } from "./random-source.js";
export {
  recordStoreContract,
  type RecordStoreContractCase,
  type RecordStoreContractWorld,
} from "./record-store-contract.js";
export { createSimulatedClock, type SimulatedClock } from "./simulated-clock.js";
export {
  verificationApiContract,
  type ContractCase,
  type ContractWorld,
} from "./verification-api-contract.js";
