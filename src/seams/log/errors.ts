import { defineErrors } from '#base'

/** What can go wrong with the log, whichever driver serves it. */
export const LOG_ERRORS = defineErrors({
  'log.fenced': { sentence: 'the log takes no events of term {term}: that term is over', status: 409 },
  'log.gap': { sentence: 'the log does not end at {after}, so nothing can be appended there', status: 409 },
  'log.refused': { sentence: 'the log refuses the events: {reason}', status: 413 },
  'log.pruned': { sentence: 'the log no longer keeps the events after {after}', status: 410 },
  'log.spool-full': { sentence: 'the spool of {bytes} bytes takes no more: {reason}', status: 503 },
  'log.unreachable': { sentence: 'the log cannot be reached: {reason}', status: 503 },
})
