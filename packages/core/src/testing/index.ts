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
export { createSimulatedClock, type SimulatedClock } from "./simulated-clock.js";
export {
  verificationApiContract,
  type ContractCase,
  type ContractWorld,
} from "./verification-api-contract.js";
