import { gateway } from "@/verification";

export const GET = gateway;
export const POST = gateway;
