// Next.js, App Router: app/verification/[[...path]]/route.ts
import { gateway } from "../../../../verification.js";

export const dynamic = "force-dynamic";
export const GET = gateway;
export const POST = gateway;
