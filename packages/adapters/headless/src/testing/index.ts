export {
  codeSourceContract,
  type CodeSourceContractCase,
  type CodeSourceWorld,
  type ContractUser,
} from "./code-source-contract.js";
