import { type Millis, setNewest } from '#base'
import type { MailEvent } from './command.ts'
import { ACKNOWLEDGED_MAX, DONE_MAX, KNOWN_MAX } from './limits.ts'
import { draftKey, kindOf, knownKey, type MailState, type OutgoingMail } from './mail.ts'

type EventOf<Type extends MailEvent['type']> = Extract<MailEvent, { type: Type }>

/** Folds one event in, in place. */
export function evolveMail(state: MailState, event: MailEvent, at: Millis): void {
  switch (event.type) {
    case 'AccountOpened': {
      const { uidValidity, uid, unreadUpTo } = event
      state.positions.set(event.account, { uidValidity, uid, unreadUpTo })
      return
    }
    case 'MailTaken':
      advance(state, event)
      setNewest(state.known, knownKey(event.account, event.messageId), event.interaction, KNOWN_MAX)
      return
    case 'MailPassed':
      return advance(state, event)
    case 'MailWritten':
      return written(state, event, at)
    case 'MailTried':
      return change(state, event.mail, at, (mail) => ({ state: 'tried', attempts: mail.attempts + 1 }))
    case 'MailSent':
      return change(state, event.mail, at, () => ({ state: 'sent' }))
    case 'MailDeferred':
      return change(state, event.mail, at, () => ({
        state: 'waiting',
        notBefore: event.notBefore,
        reason: event.reason,
      }))
    case 'MailRefused':
      return change(state, event.mail, at, () => ({ state: 'refused', reason: event.reason }))
    case 'DraftSaved':
      state.drafts.set(draftKey(event.draft.interaction, kindOf(event.draft)), { ...event.draft, at })
      return
    case 'DraftDropped':
      state.drafts.delete(draftKey(event.interaction, event.kind ?? 'answer'))
      return
    default:
      // A newer release's event about mails is none of ours.
      return
  }
}

function advance({ positions }: MailState, { account, uid }: EventOf<'MailTaken' | 'MailPassed'>): void {
  const position = positions.get(account)
  if (position) positions.set(account, { ...position, uid })
}

function written(state: MailState, { mail }: EventOf<'MailWritten'>, at: Millis): void {
  state.outgoing.set(mail.id, { ...mail, state: 'waiting', at, writtenAt: at, attempts: 0 })
  setNewest(state.known, knownKey(mail.account, mail.messageId), mail.interaction, KNOWN_MAX)
  if (mail.user !== undefined) state.drafts.delete(draftKey(mail.interaction, kindOf(mail)))
  else if (!mail.asked) for (const address of mail.to) setNewest(state.acknowledged, address, at, ACKNOWLEDGED_MAX)
}

function change(
  { outgoing }: MailState,
  id: string,
  at: Millis,
  changed: (mail: OutgoingMail) => Partial<OutgoingMail>,
): void {
  const mail = outgoing.get(id)
  if (!mail) return
  const { reason: _, notBefore: __, ...kept } = mail
  const next = { ...kept, ...changed(mail), at }
  // What is done goes to the end, so that the oldest of them is forgotten first.
  outgoing.delete(id)
  outgoing.set(id, next.state === 'sent' || next.state === 'refused' ? withoutContent(next) : next)
  forgetDone(outgoing)
}

/** Text, HTML and files stand in the conversation. */
function withoutContent(mail: OutgoingMail): OutgoingMail {
  const { html: _, files: __, quote: ___, ...rest } = mail
  return { ...rest, text: '' }
}

function forgetDone(outgoing: Map<string, OutgoingMail>): void {
  if (outgoing.size <= DONE_MAX) return
  for (const [id, { state }] of outgoing) {
    if (state !== 'sent' && state !== 'refused') continue
    outgoing.delete(id)
    return
  }
}
