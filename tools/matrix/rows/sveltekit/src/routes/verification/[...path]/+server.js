import { gateway } from "$lib/gateway";

export const GET = ({ request }) => gateway(request);
export const POST = GET;
