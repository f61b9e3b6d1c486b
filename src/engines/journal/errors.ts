import { defineErrors } from '#base'

/** Why a journal stops, or cannot answer. */
export const JOURNAL_ERRORS = defineErrors({
  'journal.fenced': { sentence: 'history belongs to the primary of term {newer}; term {term} is over', status: 409 },
  'journal.moved': { sentence: 'history stands at {found}, not at {expected}: somebody else has written', status: 409 },
  'journal.unreachable': { sentence: 'history cannot be read: {reason}', status: 503 },
})
