import { defineErrors } from '#base'

/** Why somebody is not let in. */
export const SESSION_ERRORS = defineErrors({
  'session.wrong': { sentence: 'the user name or the password is wrong', status: 401 },
  'session.missing': { sentence: 'log in first: send the token of POST /api/v1/sessions as bearer token', status: 401 },
  'session.over': { sentence: 'the session is over: log in again', status: 401 },
  'session.slowed': { sentence: 'too many wrong passwords: try again in {seconds} s', status: 429 },
  'session.disabled': { sentence: 'this account is disabled: ask an administrator', status: 403 },
  'session.locked': {
    sentence:
      'too many wrong passwords: the account is locked for {seconds} s, or until an administrator sets a new password',
    status: 429,
  },
  'session.no-seat': {
    sentence:
      'all {seats} seats for {feature}s are taken: ask a colleague to log out, or an administrator for more seats',
    status: 409,
  },
  'session.passwords-away': {
    sentence:
      'nothing was changed: passwords are kept by the database, which is away at this moment. The old one holds; set the new one when the database is back',
    status: 503,
  },
  'session.busy': { sentence: 'too many people log in at this moment: try again in a second', status: 503 },
})
