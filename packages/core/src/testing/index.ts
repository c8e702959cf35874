export {
  createFakeApi,
  failure,
  type ApiOperation,
  type FakeApi,
  type FakeService,
  type RecordedCall,
  type ScriptedCall,
} from "./fake-api.js";
export { createSimulatedClock, type SimulatedClock } from "./simulated-clock.js";
export {
  verificationApiContract,
  type ContractCase,
  type ContractWorld,
} from "./verification-api-contract.js";
