export { hasServer, isPackaged, NoServer, restateServer } from "./binary.js";
export { startRestate, type Cluster, type ClusterOptions } from "./cluster.js";
