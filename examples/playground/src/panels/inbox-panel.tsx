import type { Channel } from "@veristep/core";
import type { OutboxMessage } from "@veristep/sandbox";
import { useEffect, useState, type ReactNode } from "react";
import { useTimeFormat } from "../flow/clock-texts.js";
import { Icon } from "../flow/icon.js";
import { pasteCode } from "../flow/paste-code.js";
import { readInbox } from "../service/service.js";
import { useTexts, useViewPart, useWorld } from "../world.js";

/** How often the mailbox is looked into, in ms: a running sandbox doesn't say when there is something new. */
const LOOK_MS = 300;

function useInbox(): readonly OutboxMessage[] {
  const { service } = useWorld();
  const [messages, setMessages] = useState<readonly OutboxMessage[]>([]);
  useEffect(() => {
    let seen = "";
    let isWanted = true;
    const look = async () => {
      const inbox = await readInbox(service).catch(() => null);
      if (!isWanted) return;
      const text = JSON.stringify(inbox);
      if (inbox !== null && text !== seen) {
        seen = text;
        setMessages(inbox);
      }
      timer = setTimeout(() => void look(), LOOK_MS);
    };
    let timer = setTimeout(() => void look(), 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [service]);
  return messages;
}

const inTwo = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

function Message({
  message,
  canType,
}: {
  readonly message: OutboxMessage;
  readonly canType: boolean;
}): ReactNode {
  const texts = useTexts();
  const format = useTimeFormat(false);
  const { channel, code, state, sentAt } = message;
  return (
    <li className="message" data-state={state}>
      <p className="message-text">
        {channel === "email" ? texts.mailText : texts.smsText}
        <span className="digits message-time">{format(sentAt)}</span>
      </p>
      <p className="message-code">
        <strong className="digits" data-code={code}>
          {inTwo(code)}
        </strong>
        <span className="pill" data-state={state}>
          {texts.codeStates[state]}
        </span>
        {canType && (
          <button
            type="button"
            className="button small"
            onClick={() => {
              pasteCode(code);
            }}
          >
            {texts.typeIn}
          </button>
        )}
      </p>
    </li>
  );
}

/** The user's mailbox and phone. */
export function InboxPanel(): ReactNode {
  const texts = useTexts();
  const { person } = useWorld();
  const messages = useInbox();
  /** The channel whose code the field takes. */
  const typed = useViewPart((view) => (view.code === null ? null : view.channel));

  const box = (channel: Channel, title: string, address: string | null, nothing: string) => {
    const mine = messages.filter((message) => message.channel === channel).toReversed();
    return (
      <section className="box" aria-label={title} data-channel={channel}>
        <h3>
          <Icon name={channel === "email" ? "mail" : "phone"} />
          {title}
          {address !== null && <span className="address">{address}</span>}
        </h3>
        {mine.length === 0 ? (
          <p className="nothing">{nothing}</p>
        ) : (
          <div className="message-window" role="log" aria-label={title} tabIndex={0}>
            <ol className="message-list">
              {mine.map((message) => (
                <Message key={message.sequence} message={message} canType={channel === typed} />
              ))}
            </ol>
          </div>
        )}
      </section>
    );
  };

  const number = messages.findLast((message) => message.channel === "phone")?.to ?? null;
  return (
    <section className="panel inbox" aria-labelledby="what-arrives">
      <h2 id="what-arrives">{texts.whatArrives}</h2>
      {box("email", texts.mailbox, person.email, texts.noMail)}
      {box("phone", texts.messages, number, texts.noMessages)}
    </section>
  );
}
