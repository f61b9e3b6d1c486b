import { type Millis, setNewest } from '#base'
import type { SmsEvent } from './command.ts'
import { DONE_MAX, KNOWN_MAX, REFERENCES, THREADS_MAX } from './limits.ts'
import { type OutgoingText, type PartState, partyKey, type SmsParty, type SmsState, textStateOf } from './sms.ts'

type EventOf<Type extends SmsEvent['type']> = Extract<SmsEvent, { type: Type }>

/** Folds one event in, in place. */
export function evolveSms(state: SmsState, event: SmsEvent, at: Millis): void {
  switch (event.type) {
    case 'PartTaken': {
      const { half, party, total, number, part } = event
      const before = state.halves.get(half) ?? { ...party, total, at, parts: {} }
      state.halves.set(half, { ...before, parts: { ...before.parts, [number]: part } })
      return
    }
    case 'TextTaken':
      return taken(state, event, at)
    case 'ThreadBegun':
      return hasThread(state, event.party, event.interaction)
    case 'TextWritten':
      return written(state, event, at)
    case 'PartTried':
      return change(state, event, at, (text) => ({
        ...withPart(text, event.part, 'tried'),
        attempts: text.attempts + 1,
      }))
    case 'PartSent':
      return sent(state, event, at)
    case 'TextDeferred': {
      const { notBefore, reason } = event
      return change(state, event, at, (text) => ({ ...withPart(text, event.part, 'waiting'), notBefore, reason }))
    }
    case 'TextFailed':
      return change(state, event, at, (text) => ({ ...failed(text, event.part), reason: event.reason }))
    case 'PartLost':
      return change(state, event, at, (text) => withPart(text, event.part, 'uncertain'))
    case 'PartDelivered':
      return change(state, event, at, (text) => withPart(text, event.part, 'delivered'))
    case 'TextResent':
      return change(state, event, at, resent)
    default:
      // A newer release's event about text messages is none of ours.
      return
  }
}

function taken(state: SmsState, { arrival, interaction, completes }: EventOf<'TextTaken'>, at: Millis): void {
  const { account, number, key, session = '' } = arrival
  const half = completes === undefined ? undefined : state.halves.get(completes)
  for (const part of Object.values(half?.parts ?? {})) setNewest(state.known, part.key, { session, at }, KNOWN_MAX)
  if (completes !== undefined) state.halves.delete(completes)
  setNewest(state.known, key, { session, at }, KNOWN_MAX)
  hasThread(state, { account, number }, interaction)
}

function hasThread(state: SmsState, { account, number }: SmsParty, interaction: string): void {
  const party = { account, number }
  setNewest(state.threads, partyKey(party), interaction, THREADS_MAX)
  setNewest(state.parties, interaction, party, THREADS_MAX)
}

function written(state: SmsState, { text, reference }: EventOf<'TextWritten'>, at: Millis): void {
  const parts = text.parts.map((one) => ({ text: one, state: 'waiting' as const }))
  state.outgoing.set(text.id, { ...text, parts, reference, writtenAt: at, at, attempts: 0 })
  state.reference = (reference + parts.length) % REFERENCES
}

function sent(state: SmsState, { text, part, peerId }: EventOf<'PartSent'>, at: Millis): void {
  const account = state.outgoing.get(text)?.account
  if (peerId !== undefined && account !== undefined) {
    const key = `${account} ${peerId.trim().toLowerCase()}`
    setNewest(state.receipts, key, { text, part }, KNOWN_MAX)
  }
  change(state, { text }, at, (one) => withPart(one, part, 'sent'))
}

function withPart(text: OutgoingText, index: number, state: PartState): Pick<OutgoingText, 'parts'> {
  return { parts: text.parts.map((part, place) => (place === index ? { ...part, state } : part)) }
}

/** What comes after a part that will not arrive says nothing without it. */
function failed({ parts }: OutgoingText, index: number): Pick<OutgoingText, 'parts'> {
  return {
    parts: parts.map((part, place) =>
      place === index || (place > index && part.state === 'waiting') ? { ...part, state: 'failed' } : part,
    ),
  }
}

/** Only what may not have arrived. */
function resent({ parts }: OutgoingText): Pick<OutgoingText, 'parts'> {
  const again = (state: PartState): boolean => state === 'failed' || state === 'uncertain'
  return { parts: parts.map((part) => (again(part.state) ? { ...part, state: 'waiting' } : part)) }
}

function change(
  { outgoing }: SmsState,
  { text: id }: { readonly text: string },
  at: Millis,
  changed: (text: OutgoingText) => Partial<OutgoingText>,
): void {
  const text = outgoing.get(id)
  if (!text) return
  const { reason: _, notBefore: __, ...kept } = text
  const next = { ...kept, ...changed(text), at }
  // What is done goes to the end, so that the oldest of them is forgotten first; what leaves keeps its turn.
  if (textStateOf(next) !== 'waiting') outgoing.delete(id)
  outgoing.set(id, next)
  forgetDone(outgoing)
}

function forgetDone(outgoing: Map<string, OutgoingText>): void {
  if (outgoing.size <= DONE_MAX) return
  for (const [id, text] of outgoing) {
    if (textStateOf(text) === 'waiting') continue
    outgoing.delete(id)
    return
  }
}
