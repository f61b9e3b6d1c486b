import { assertNever, type Millis } from '#base'
import type { SmsCommand, SmsEvent, TextMove } from './command.ts'
import { SMS_ERRORS } from './errors.ts'
import { PARTS_OUT_MAX, REFERENCES, REPEAT_MS, WAITING_MAX } from './limits.ts'
import { type OutgoingText, type PartState, partyKey, type SmsState, textStateOf } from './sms.ts'

type CommandOf<Type extends SmsCommand['type']> = Extract<SmsCommand, { type: Type }>

/** The events that a command causes. */
export function decideSms(state: SmsState, command: SmsCommand, now: Millis): readonly SmsEvent[] {
  switch (command.type) {
    case 'TakePart':
      return takePart(state, command, now)
    case 'TakeText':
      return takeText(state, command, now)
    case 'BeginThread':
      return begin(state, command)
    case 'WriteText':
      return write(state, command)
    case 'TryPart':
    case 'SentPart':
    case 'DeferText':
    case 'FailText':
    case 'LosePart':
      return move(state, command)
    case 'ReportReceipt':
      return report(state, command)
    case 'ResendText':
      return resend(state, command)
    default:
      return assertNever(command)
  }
}

function takePart({ halves, known }: SmsState, command: CommandOf<'TakePart'>, now: Millis): readonly SmsEvent[] {
  if (halves.get(command.half)?.parts[command.number] !== undefined) return []
  // Its text is whole already: the peer repeats what it has no answer to.
  const before = known.get(command.part.key)
  if (before && now - before.at < REPEAT_MS) return []
  const { type: _, ...taken } = command
  return [{ type: 'PartTaken', ...taken }]
}

function takeText({ known }: SmsState, command: CommandOf<'TakeText'>, now: Millis): readonly SmsEvent[] {
  const { arrival, interaction, completes } = command
  const before = known.get(arrival.key)
  // On one connection a person may say the same twice; on another the peer does, who has no answer yet.
  const isSame = before && (arrival.session === undefined || arrival.session !== before.session)
  if (isSame && (arrival.session === undefined || now - before.at < REPEAT_MS)) {
    throw SMS_ERRORS['sms.taken']({ number: arrival.number })
  }
  return [{ type: 'TextTaken', arrival, interaction, ...(completes !== undefined && { completes }) }]
}

function begin({ threads }: SmsState, command: CommandOf<'BeginThread'>): readonly SmsEvent[] {
  const { party, interaction, after } = command
  const last = threads.get(partyKey(party))
  if (last === interaction) return []
  if (last !== after) throw SMS_ERRORS['sms.begun']({ number: party.number })
  return [{ type: 'ThreadBegun', party, interaction }]
}

function write(state: SmsState, { text }: CommandOf<'WriteText'>): readonly SmsEvent[] {
  if (state.outgoing.has(text.id)) return []
  if (text.parts.length > PARTS_OUT_MAX) {
    throw SMS_ERRORS['sms.too-long']({ parts: text.parts.length, most: PARTS_OUT_MAX })
  }
  let waiting = 0
  for (const one of state.outgoing.values()) if (textStateOf(one) === 'waiting') waiting++
  if (waiting >= WAITING_MAX) throw SMS_ERRORS['sms.waiting']({ texts: WAITING_MAX })
  return [{ type: 'TextWritten', text, reference: state.reference % REFERENCES }]
}

/** From which states of its part each command leads; from others it decides nothing. A late answer makes certain what was not. */
const FROM: Readonly<Record<TextMove['type'], readonly PartState[]>> = {
  TryPart: ['waiting'],
  SentPart: ['tried', 'uncertain'],
  DeferText: ['tried', 'uncertain'],
  FailText: ['waiting', 'tried', 'uncertain'],
  LosePart: ['tried'],
}

function move({ outgoing }: SmsState, command: TextMove): readonly SmsEvent[] {
  const { text, part } = command
  const state = outgoing.get(text)?.parts[part]?.state
  if (state === undefined || !FROM[command.type].includes(state)) return []
  switch (command.type) {
    case 'TryPart':
      return [{ type: 'PartTried', text, part }]
    case 'SentPart':
      return [{ type: 'PartSent', text, part, ...(command.peerId !== undefined && { peerId: command.peerId }) }]
    case 'DeferText':
      return [{ type: 'TextDeferred', text, part, notBefore: command.notBefore, reason: command.reason }]
    case 'FailText':
      return [{ type: 'TextFailed', text, part, reason: command.reason }]
    case 'LosePart':
      return [{ type: 'PartLost', text, part }]
    default:
      return assertNever(command)
  }
}

function report(state: SmsState, command: CommandOf<'ReportReceipt'>): readonly SmsEvent[] {
  const found = reported(state, command)
  const part = found && state.outgoing.get(found.text)?.parts[found.part]
  if (!found || !part || !['tried', 'uncertain', 'sent'].includes(part.state)) return []
  if (command.is === 'delivered') return [{ type: 'PartDelivered', ...found }]
  return [{ type: 'TextFailed', ...found, reason: command.reason ?? 'not delivered' }]
}

/** The part that a report is about: by the peer's own id, else by our reference, of that very number. */
function reported(
  { receipts, outgoing }: SmsState,
  { party, peerId, reference }: CommandOf<'ReportReceipt'>,
): { readonly text: string; readonly part: number } | undefined {
  const ids = peerId === undefined ? [] : peerIdsOf(peerId)
  for (const id of ids) {
    const found = receipts.get(`${party.account} ${id}`)
    if (found) return found
  }
  if (reference === undefined) return undefined
  for (const text of outgoing.values()) {
    const part = (reference - text.reference + REFERENCES) % REFERENCES
    if (part < text.parts.length && isWith(text, party)) return { text: text.id, part }
  }
  return undefined
}

/** Peers write an id in hexadecimal in their answer and in decimal in their report, or the other way round (SMPP 3.4 leaves it open). */
export function peerIdsOf(id: string): readonly string[] {
  const plain = id.trim().toLowerCase()
  const others = [
    ...(/^[0-9]{1,15}$/.test(plain) ? [Number(plain).toString(16)] : []),
    ...(/^[0-9a-f]{1,12}$/.test(plain) ? [String(Number.parseInt(plain, 16))] : []),
  ]
  return [plain, plain.replace(/^0+(?=.)/, ''), ...others]
}

function isWith(text: OutgoingText, party: CommandOf<'ReportReceipt'>['party']): boolean {
  return partyKey(text) === partyKey(party)
}

function resend({ outgoing }: SmsState, { text }: CommandOf<'ResendText'>): readonly SmsEvent[] {
  const found = outgoing.get(text)
  const state = found && textStateOf(found)
  if (state === 'waiting') return []
  if (state !== 'uncertain' && state !== 'failed') throw SMS_ERRORS['sms.not-again']({ text })
  return [{ type: 'TextResent', text }]
}
