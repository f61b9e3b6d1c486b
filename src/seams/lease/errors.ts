import { defineErrors } from '#base'

/** What can go wrong with the lease, whichever driver serves it. */
export const LEASE_ERRORS = defineErrors({
  'lease.unreachable': { sentence: 'the lease cannot be reached: {reason}', status: 503 },
})
