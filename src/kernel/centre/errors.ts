import { defineErrors } from '#base'

/** Why a command of a person is refused. What adapters report is never refused: it happened. */
export const CENTRE_ERRORS = defineErrors({
  'centre.full': { sentence: 'the centre holds {interactions} interactions, which is its limit', status: 503 },
  'centre.no-such-queue': { sentence: 'there is no queue {queue}', status: 422 },
  'centre.no-such-user': { sentence: 'there is no user {user}', status: 422 },
  'centre.no-such-number': { sentence: '{number} leads nowhere', status: 422 },
  'centre.outside-forbidden': { sentence: '{user} may not call outside', status: 403 },
  'centre.not-outside': { sentence: '{number} is a number of the centre: it has its own phone', status: 422 },
  'centre.user-unreachable': { sentence: '{user} has no phone that can be rung', status: 409 },
  'centre.by-phone': {
    sentence: 'interaction {interaction} is a call: it is answered and ended by phone',
    status: 409,
  },
  'centre.wrap-up-limit': { sentence: '{user} has had as much time after the call as the queue gives', status: 409 },
  'centre.wrap-up-code': { sentence: 'queue {queue} has no wrap-up code {code}', status: 422 },
  'centre.wrap-up-code-needed': {
    sentence: 'queue {queue} asks for a wrap-up code before the work after a call ends',
    status: 409,
  },
  'centre.conversation-over': { sentence: 'the conversation {interaction} is over', status: 409 },
  'centre.conversation-full': {
    sentence: 'the conversation {interaction} has {messages} messages, which is its limit: begin a new one',
    status: 409,
  },
  'centre.not-in-writing': { sentence: 'interaction {interaction} is no conversation in writing', status: 409 },
  'centre.not-in-conversation': { sentence: '{user} takes no part in the conversation {interaction}', status: 403 },
  'centre.consults': { sentence: '{user} consults somebody already', status: 409 },
  'centre.talk-full': { sentence: 'a conversation has at most {most} parties', status: 409 },
  'centre.supervisors-full': { sentence: 'at most {most} supervisors are with one conversation', status: 409 },
  'centre.is-party': { sentence: '{user} is a party of interaction {interaction} already', status: 409 },
  'centre.no-mailbox': { sentence: '{number} has no mailbox: only people and queues have one', status: 422 },
  'centre.mailbox-forbidden': { sentence: 'calls are not transferred to mailboxes here', status: 403 },
  'centre.no-slot': { sentence: 'there is no free place to park at {slot}', status: 409 },
  'centre.moved-on': {
    sentence: 'interaction {interaction} is {state} by now: look again before it is moved',
    status: 409,
  },
  'centre.not-waiting': {
    sentence: 'interaction {interaction} is {state} and waits in no queue: its priority means nothing',
    status: 409,
  },
  'centre.no-item': { sentence: 'interaction {interaction} is no open work item', status: 409 },
  'centre.no-such-form': { sentence: 'there is no form {form}', status: 422 },
  'centre.item-without-form': { sentence: 'values need a form that they belong to', status: 422 },
  'centre.form': { sentence: 'the field {field} {problem}', status: 422 },
  'centre.logged-off': { sentence: '{user} is logged off', status: 409 },
  'centre.no-room': { sentence: '{user} has no room for another {medium} beside its work', status: 409 },
  'centre.user-busy': { sentence: '{user} is on the phone', status: 409 },
})
