import type { FlowDocument, FlowName } from './document.ts'

/** No flow of the configuration has such a name: colons are not allowed in one. */
const VOICEMAIL = 'voicemail:'

/** As above: the messages of a user. */
const MESSAGES = 'messages:'

/** As long as the demo's, and as most systems allow. */
const MESSAGE_MS_MAX = 180_000

/** As long as the sound of a prompt may be. */
const SOUND_MS_MAX = 600_000

/** The name of the flow that takes a message for a mailbox. It is not configured: every centre has it. */
export function voicemailFlow(mailbox: string): FlowName {
  return `${VOICEMAIL}${mailbox}`
}

/** The name of the flow that records the sound of a prompt, and says it again. Every centre has it. */
export const SOUND_FLOW: FlowName = 'sound:'

/** Where who may change prompts records the sound of one: no number of the configuration begins with a star, and phones send such on to their server. */
export const SOUND_NUMBER = '*77'

/** The name of the flow in which a user hears its messages. Every centre has it. */
export function messagesFlow(user: string): FlowName {
  return `${MESSAGES}${user}`
}

/** Where users hear their own messages, as on most telephone systems. */
export const MESSAGES_NUMBER = '*97'

/** What flows are made of: those of the configuration, and the prompts that are there. */
export interface FlowSources {
  readonly flows: ReadonlyMap<FlowName, FlowDocument>
  readonly prompts: ReadonlyMap<string, unknown>
}

/** The flow of that name: one of the configuration, or one that every centre has. */
export function flowOf({ flows, prompts }: FlowSources, name: FlowName): FlowDocument | undefined {
  if (name === SOUND_FLOW) return RECORD_SOUND
  if (name.startsWith(MESSAGES)) return hearMessages(name, name.slice(MESSAGES.length))
  if (!name.startsWith(VOICEMAIL)) return flows.get(name)
  const mailbox = name.slice(VOICEMAIL.length)
  const own = greetingOf(mailbox)
  return takeMessage(name, mailbox, prompts.has(own) ? own : 'voicemail-intro')
}

/** The prompt that greets callers of a mailbox, once it is uploaded: `greeting/` and the mailbox, as names of prompts are written. */
function greetingOf(mailbox: string): string {
  return `greeting/${mailbox.toLowerCase().replace(/[._]/g, '-')}`
}

/** What follows the recording is not part of it: who has heard it hangs up, or is let go. */
const RECORD_SOUND: FlowDocument = {
  name: SOUND_FLOW,
  start: 'record',
  steps: {
    record: { type: 'record', prompts: ['record-intro'], until: '#', durationMsMax: SOUND_MS_MAX, next: 'replay' },
    replay: { type: 'replay', next: 'end' },
    end: { type: 'hang-up' },
  },
}

function hearMessages(name: FlowName, mailbox: string): FlowDocument {
  return {
    name,
    start: 'messages',
    steps: {
      messages: { type: 'messages', mailbox, next: 'over' },
      over: { type: 'play', prompts: ['messages/over'], next: 'end' },
      end: { type: 'hang-up' },
    },
  }
}

function takeMessage(name: FlowName, mailbox: string, greeting: string): FlowDocument {
  return {
    name,
    start: 'record',
    steps: {
      record: {
        type: 'record',
        prompts: [greeting],
        until: '#',
        durationMsMax: MESSAGE_MS_MAX,
        mailbox,
        next: 'thanks',
      },
      thanks: { type: 'play', prompts: ['record-thanks', 'goodbye'], next: 'end' },
      end: { type: 'hang-up' },
    },
  }
}
