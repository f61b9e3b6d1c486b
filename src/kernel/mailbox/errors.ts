import { defineErrors } from '#base'

/** Why a command about mailboxes is refused. */
export const MAILBOX_ERRORS = defineErrors({
  'mailbox.unknown': { sentence: 'there is no mailbox {mailbox} that you may open', status: 404 },
  'mailbox.unknown-message': { sentence: 'no mailbox of yours has a message {message}', status: 404 },
})
