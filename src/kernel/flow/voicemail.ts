import type { FlowDocument, FlowName } from './document.ts'

/** No flow of the configuration has such a name: colons are not allowed in one. */
const VOICEMAIL = 'voicemail:'

/** As long as the demo's, and as most systems allow. */
const MESSAGE_MS_MAX = 180_000

/** The name of the flow that takes a message for a mailbox. It is not configured: every centre has it. */
export function voicemailFlow(mailbox: string): FlowName {
  return `${VOICEMAIL}${mailbox}`
}

/** The flow of that name: one of the configuration, or one that every centre has. */
export function flowOf(flows: ReadonlyMap<FlowName, FlowDocument>, name: FlowName): FlowDocument | undefined {
  return name.startsWith(VOICEMAIL) ? takeMessage(name, name.slice(VOICEMAIL.length)) : flows.get(name)
}

function takeMessage(name: FlowName, mailbox: string): FlowDocument {
  return {
    name,
    start: 'record',
    steps: {
      record: {
        type: 'record',
        prompts: ['voicemail-intro'],
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
