import { defineErrors } from '#base'

/** Why there is no connection to a network's centre; it is tried again. */
export const SMPP_ERRORS = defineErrors({
  'sms.not-bound': { sentence: '{why}', status: 502 },
})

/** Why a call of a provider of text messages is refused. */
export const SMS_WEBHOOK_ERRORS = defineErrors({
  'sms.unsigned': {
    sentence: 'the call is not signed with the secret of the account, or not of this time',
    status: 401,
  },
  'sms.webhook': { sentence: 'the call says something that it may not: {problem}', status: 422 },
  'sms.secret': {
    sentence:
      'the file secrets/{secret} in the data folder of this machine has no secret of {charsMin} characters or more',
    status: 503,
  },
})
