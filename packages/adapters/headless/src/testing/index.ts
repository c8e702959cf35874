export { codeSourceContract, type CodeSourceContractCase } from "./code-source-contract.js";
export type { CodeSourceWorld, ContractUser } from "./code-source-world.js";
