import { defineErrors } from '#base'

/** Why a mail is not read now, or not whole. */
export const MAIL_ERRORS = defineErrors({
  'mail.thread-ended': { sentence: 'the thread that reads mails ended: {why}', status: 500 },
  'mail.no-thread': { sentence: 'mails cannot be read now: {why}', status: 503 },
})
