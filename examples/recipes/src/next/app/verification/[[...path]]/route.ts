// Next.js, App Router: app/verification/[[...path]]/route.ts
import { gateway } from "../../../../verification.js";

export const GET = gateway;
export const POST = gateway;
