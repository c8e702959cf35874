import AsyncStorage from "@react-native-async-storage/async-storage";
import type { Policy, VerificationUser } from "@veristep/core";
import { gatewayApi } from "@veristep/gateway/client";
import { asyncStorageStore } from "@veristep/react-native";
import { useEffect, useState } from "react";
import { Platform, Text } from "react-native";
import { VerifyContacts } from "./verify-contacts";

const url = Platform.OS === "web" ? "/verification" : "http://10.0.2.2:3000/verification";
const api = gatewayApi({ url });
const store = asyncStorageStore(AsyncStorage);

export default function App() {
  const [session, setSession] = useState<{ user: VerificationUser; policy: Policy } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    void api.session().then((result) => result.match(setSession, () => setFailed(true)));
  }, []);
  if (session !== null) return <VerifyContacts api={api} store={store} {...session} />;
  return <Text>{failed ? "Something went wrong on our side. Try again shortly." : "One moment…"}</Text>;
}
