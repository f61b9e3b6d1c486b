import { assertNever, type Millis } from '#base'
import type { MailCommand, MailEvent } from './command.ts'
import { MAIL_ERRORS } from './errors.ts'
import { ACKNOWLEDGED_MS, DRAFTS_MAX, WAITING_MAX } from './limits.ts'
import { draftKey, kindOf, knownKey, type MailState } from './mail.ts'

type CommandOf<Type extends MailCommand['type']> = Extract<MailCommand, { type: Type }>

/** The events that a command causes. */
export function decideMail(state: MailState, command: MailCommand, now: Millis): readonly MailEvent[] {
  switch (command.type) {
    case 'OpenAccount':
      return open(state, command)
    case 'TakeMail':
    case 'PassMail':
      return take(state, command)
    case 'WriteMail':
      return write(state, command, now)
    case 'TryMail':
    case 'SentMail':
    case 'DeferMail':
    case 'RefuseMail':
      return move(state, command)
    case 'SaveDraft':
      return save(state, command)
    case 'DropDraft': {
      const { interaction, kind = 'answer' } = command
      if (!state.drafts.has(draftKey(interaction, kind))) return []
      return [{ type: 'DraftDropped', interaction, ...(kind !== 'answer' && { kind }) }]
    }
    default:
      return assertNever(command)
  }
}

function save({ drafts }: MailState, { draft }: CommandOf<'SaveDraft'>): readonly MailEvent[] {
  if (drafts.size >= DRAFTS_MAX && !drafts.has(draftKey(draft.interaction, kindOf(draft)))) {
    throw MAIL_ERRORS['mail.drafts-full']({ drafts: DRAFTS_MAX })
  }
  return [{ type: 'DraftSaved', draft }]
}

function open({ positions }: MailState, command: CommandOf<'OpenAccount'>): readonly MailEvent[] {
  const { type: _, ...opened } = command
  if (positions.get(opened.account)?.uidValidity === opened.uidValidity) return []
  return [{ type: 'AccountOpened', ...opened }]
}

/** Only the mail after the position is taken or passed over: who reads elsewhere is out of date, and shall look again. */
function take(state: MailState, command: CommandOf<'TakeMail' | 'PassMail'>): readonly MailEvent[] {
  const { account, uidValidity, uid } = command
  const position = state.positions.get(account)
  if (position?.uidValidity !== uidValidity || uid <= position.uid) throw MAIL_ERRORS['mail.out-of-place']({ account })
  if (command.type === 'PassMail') return [{ type: 'MailPassed', account, uid, why: command.why }]
  const { messageId, interaction } = command
  if (state.known.has(knownKey(account, messageId))) throw MAIL_ERRORS['mail.taken']({ messageId })
  return [{ type: 'MailTaken', account, uid, messageId, interaction }]
}

function write(state: MailState, { mail }: CommandOf<'WriteMail'>, now: Millis): readonly MailEvent[] {
  if (state.outgoing.has(mail.id) || state.known.has(knownKey(mail.account, mail.messageId))) return []
  const isAnswer = mail.user === undefined && !mail.asked
  if (isAnswer && isAcknowledged(state, mail.to, now)) return []
  let waiting = 0
  for (const one of state.outgoing.values()) if (one.state === 'waiting' || one.state === 'tried') waiting++
  if (waiting >= WAITING_MAX) {
    // A machine's mail is not worth an agent's.
    if (isAnswer) return []
    throw MAIL_ERRORS['mail.waiting']({ mails: WAITING_MAX })
  }
  return [{ type: 'MailWritten', mail }]
}

/** Whether somebody was sent an acknowledgement not long ago: two machines that answer each other end here. */
function isAcknowledged({ acknowledged }: MailState, to: readonly string[], now: Millis): boolean {
  return to.some((address) => now - (acknowledged.get(address) ?? Number.NEGATIVE_INFINITY) < ACKNOWLEDGED_MS)
}

type Moving = CommandOf<'TryMail' | 'SentMail' | 'DeferMail' | 'RefuseMail'>

/** From which states each command leads; from others it decides nothing. */
const FROM: Readonly<Record<Moving['type'], readonly string[]>> = {
  TryMail: ['waiting', 'tried'],
  SentMail: ['waiting', 'tried'],
  DeferMail: ['waiting', 'tried'],
  RefuseMail: ['waiting', 'tried', 'sent'],
}

function move({ outgoing }: MailState, command: Moving): readonly MailEvent[] {
  const { mail } = command
  const state = outgoing.get(mail)?.state
  if (state === undefined || !FROM[command.type].includes(state)) return []
  switch (command.type) {
    case 'TryMail':
      return [{ type: 'MailTried', mail }]
    case 'SentMail':
      return [{ type: 'MailSent', mail }]
    case 'DeferMail':
      return [{ type: 'MailDeferred', mail, notBefore: command.notBefore, reason: command.reason }]
    case 'RefuseMail':
      return [{ type: 'MailRefused', mail, reason: command.reason }]
    default:
      return assertNever(command)
  }
}
