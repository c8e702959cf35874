import { startShop } from "./start-shop.js";

const PORT = 3000;

/** One line for each decision of the gateway: no code, whole address or number is in an event. */
const shop = await startShop(PORT, (event) => {
  console.log(JSON.stringify(event));
});
console.log(`The shop:           ${shop.url}`);
console.log(`Its customers' mail and phones: ${shop.serviceUrl}/_sandbox`);
