import {
  createVerification,
  maskEmail,
  maskPhone,
  type PolicyOptions,
  type VerificationApi,
  type VerificationView,
  type UserId,
} from "@veristep/core";
import { createFakeApi, type FakeApi } from "@veristep/core/testing";
import { serveWorker } from "@veristep/restate";
import { createDurableClient, type Answer, type DurableClient } from "@veristep/restate/client";
import { startRestate } from "@veristep/restate-server";
import type { Result } from "neverthrow";

const EMAIL = "person@example.com";
export const PHONE = "+359888123456";
export const OTHER_PHONE = "+359888654321";

export interface StoryOptions {
  readonly email?: string | null;
  readonly phone?: string;
  readonly policy?: PolicyOptions;
  readonly emailCodeSentAt?: number;
  /** Stands between the flow and the service. */
  readonly api?: (fake: FakeApi) => VerificationApi;
}

/** A flow of one story, on whichever host. */
export interface StoryFlow {
  readonly fake: FakeApi;
  readonly submitCode: (code: string) => Promise<string>;
  readonly submitPhone: (phone: string) => Promise<string>;
  readonly command: (name: "resend" | "changePhone" | "refresh" | "retry" | "cancel") => Promise<string>;
  /** Waits until a view matches, from the last awaited view on. */
  readonly until: (is: (view: VerificationView) => boolean) => Promise<void>;
  /** Every view that the flow had, as far as they differ. */
  readonly views: readonly VerificationView[];
}

export interface StoryHost {
  readonly begin: (fake: FakeApi, options?: StoryOptions) => Promise<StoryFlow>;
}

/** Collects the views of a flow, and waits for them. */
function createSeen() {
  const views: VerificationView[] = [];
  const looks = new Set<() => void>();
  /** The last awaited view: the next one may arrive before a test waits for it. */
  let from = 0;
  return {
    views,
    see: (view: VerificationView) => {
      views.push(view);
      for (const look of looks) look();
    },
    until: (is: (view: VerificationView) => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          const found = views.findIndex((view, index) => index >= from && is(view));
          if (found === -1) return;
          from = found;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      }),
  };
}

const wordOf = (taken: Result<"taken", { readonly kind: string }>): string =>
  taken.match(
    () => "taken",
    ({ kind }) => kind,
  );

export const inProcess: StoryHost = {
  begin: async (fake, options = {}) => {
    const seen = createSeen();
    const flow = createVerification({
      api: options.api?.(fake) ?? fake.api,
      user: {
        id: 7,
        email: options.email === null ? undefined : EMAIL,
        phone: options.phone,
        emailCodeSentAt: options.emailCodeSentAt,
      },
      random: () => 0.5,
      flowId: "flow",
      ...(options.policy === undefined ? {} : { policy: options.policy }),
    })._unsafeUnwrap();
    flow.subscribe(seen.see);
    flow.start();
    return {
      fake,
      submitCode: async (code) => wordOf(flow.submitCode(code)),
      submitPhone: async (phone) => wordOf(flow.submitPhone(phone)),
      command: async (name) => wordOf(flow[name]()),
      until: seen.until,
      views: seen.views,
    };
  },
};

const answerOf = (answer: Answer): string => (answer.taken ? "taken" : answer.refusal.kind);

/** restate-server with one worker in this process, for any number of flows. */
export async function onRestate() {
  const cluster = await startRestate({
    // The first start takes a while, and the developer waits.
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  let flows = 0;
  const apis = new Map<UserId, VerificationApi>();
  const seenBy = new Map<string, ReturnType<typeof createSeen>>();
  const contacts = new Map(
    [EMAIL, PHONE, OTHER_PHONE].map((contact, index) => [`contact-${index}`, contact]),
  );
  const refOf = (contact: string) =>
    [...contacts].find(([, known]) => known === contact)?.[0] ?? "contact-unknown";

  /** The flows of one user each: whose API it is shows in the call. */
  const apiOf = ({ userId }: { readonly userId: UserId }): VerificationApi => {
    const api = apis.get(userId);
    if (api === undefined) throw new Error("A call of no story.");
    return api;
  };
  const api: VerificationApi = {
    status: (call) => apiOf(call).status(call),
    sendEmailCode: (call) => apiOf(call).sendEmailCode(call),
    confirmEmail: (call) => apiOf(call).confirmEmail(call),
    sendPhoneCode: (call) => apiOf(call).sendPhoneCode(call),
    resendPhoneCode: (call) => apiOf(call).resendPhoneCode(call),
    confirmPhone: (call) => apiOf(call).confirmPhone(call),
  };
  const worker = await serveWorker({
    api,
    findContact: async ({ ref }) => contacts.get(ref) ?? null,
    codes: { find: async ({ ref }) => ref.replace("typed-", "") },
    random: () => 0.5,
    onChange: (flowId, view) => seenBy.get(flowId)?.see(view),
  });
  await cluster.register(worker.url);
  const client: DurableClient = createDurableClient({ ingresses: cluster.ingresses });

  const host: StoryHost = {
    begin: async (fake, options = {}) => {
      flows += 1;
      const [flowId, userId] = [`story-${flows}`, flows];
      const seen = createSeen();
      seenBy.set(flowId, seen);
      apis.set(userId, options.api?.(fake) ?? fake.api);
      const started = await client.start({
        flowId,
        userId,
        email: options.email === null ? null : { ref: refOf(EMAIL), masked: maskEmail(EMAIL) },
        phone:
          options.phone === undefined
            ? null
            : { ref: refOf(options.phone), masked: maskPhone(options.phone) },
        emailCodeSentAt: options.emailCodeSentAt ?? null,
        policy: { ...options.policy },
      });
      started._unsafeUnwrap();
      return {
        fake,
        submitCode: async (code) =>
          answerOf((await client.codeArrived({ flowId, codeRef: `typed-${code}` }))._unsafeUnwrap()),
        submitPhone: async (phone) =>
          answerOf(
            (
              await client.submitPhone({ flowId, phone: { ref: refOf(phone), masked: maskPhone(phone) } })
            )._unsafeUnwrap(),
          ),
        command: async (name) => answerOf((await client[name]({ flowId }))._unsafeUnwrap()),
        until: seen.until,
        views: seen.views,
      };
    },
  };
  return {
    host,
    client,
    cluster,
    close: async () => {
      await worker.close();
      await cluster.stop();
    },
  };
}

export const newService = () => createFakeApi(EMAIL);
