import { defineErrors } from '#base'

/** Why a switchover, a drain or a raise of the log's format is refused. */
export const SWITCHOVER_ERRORS = defineErrors({
  'switchover.no-backup': {
    sentence: 'no backup that follows the log can take over{named}; there are: {backups}',
    status: 409,
  },
  'switchover.behind': {
    sentence:
      '{to} is {events} events behind the log and cannot take over without a gap; try again when it has caught up',
    status: 409,
  },
  'switchover.release': { sentence: '{to} cannot take over: {reason}', status: 409 },
  'switchover.level': {
    sentence: 'the format of the log stays at level {now}: {reason}',
    status: 409,
  },
  'switchover.under-way': { sentence: 'a switchover to {to} is under way', status: 409 },
})
