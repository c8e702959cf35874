import { gateway } from "./gateway";

const answer = ({ request }: { request: Request }) => gateway(request);

export { answer as action, answer as loader };
