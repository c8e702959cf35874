import type { UserId, VerificationApi } from "@veristep/core";

/** Listeners to the calls of an API. They must not throw. */
export interface ApiWatcher {
  /** The service has this user. */
  readonly onUser: (userId: UserId) => void;
  /** A code for the user's number is about to be submitted. */
  readonly onPhoneCode: (userId: UserId) => void;
}

/** An API that tells a watcher of some calls, and is otherwise the one that it wraps. */
export const watchedApi = (api: VerificationApi, { onUser, onPhoneCode }: ApiWatcher): VerificationApi => ({
  status: async (call) => {
    const read = await api.status(call);
    if (read.isOk()) onUser(call.userId);
    return read;
  },
  sendEmailCode: (call) => api.sendEmailCode(call),
  confirmEmail: (call) => api.confirmEmail(call),
  sendPhoneCode: (call) => api.sendPhoneCode(call),
  resendPhoneCode: (call) => api.resendPhoneCode(call),
  confirmPhone: (call) => {
    onPhoneCode(call.userId);
    return api.confirmPhone(call);
  },
});
