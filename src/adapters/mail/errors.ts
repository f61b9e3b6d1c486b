import { defineErrors } from '#base'

/** Why an account has no access token now; it is tried again. */
export const TOKEN_ERRORS = defineErrors({
  'mail.token-refused': { sentence: 'the provider of access tokens at {host} refuses: {why}', status: 502 },
  'mail.token-unreachable': { sentence: 'the provider of access tokens at {host} does not answer: {why}', status: 502 },
  'mail.token-secret': {
    sentence: 'the file secrets/{secret} in the data folder of this machine is not there, or empty',
    status: 503,
  },
})

/** Why a mail is not read now, or not whole. */
export const MAIL_ERRORS = defineErrors({
  'mail.thread-ended': { sentence: 'the thread that reads mails ended: {why}', status: 500 },
  'mail.no-thread': { sentence: 'mails cannot be read now: {why}', status: 503 },
})
