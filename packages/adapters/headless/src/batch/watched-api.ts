import type { Channel, UserId, VerificationApi } from "@veristep/core";

/** Listeners to the calls of an API. They must not throw. */
export interface ApiWatcher {
  /** The service has this user. */
  readonly onUser: (userId: UserId) => void;
  /** A code is about to be submitted. */
  readonly onCode: (userId: UserId, channel: Channel) => void;
}

/** An API that tells a watcher of some calls, and is otherwise the one that it wraps. */
export const watchedApi = (api: VerificationApi, { onUser, onCode }: ApiWatcher): VerificationApi => ({
  status: async (call) => {
    const read = await api.status(call);
    if (read.isOk()) onUser(call.userId);
    return read;
  },
  sendEmailCode: (call) => api.sendEmailCode(call),
  confirmEmail: (call) => {
    onCode(call.userId, "email");
    return api.confirmEmail(call);
  },
  sendPhoneCode: (call) => api.sendPhoneCode(call),
  resendPhoneCode: (call) => api.resendPhoneCode(call),
  confirmPhone: (call) => {
    onCode(call.userId, "phone");
    return api.confirmPhone(call);
  },
});
