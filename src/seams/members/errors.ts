import { defineErrors } from '#base'

/** What can go wrong with the list of members. */
export const MEMBER_ERRORS = defineErrors({
  'members.unreachable': { sentence: 'the list of members cannot be reached: {reason}', status: 503 },
})
