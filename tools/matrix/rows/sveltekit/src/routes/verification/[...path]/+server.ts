import { gateway } from "$lib/gateway";
import type { RequestHandler } from "./$types";

export const GET: RequestHandler = ({ request }) => gateway(request);
export const POST = GET;
