import { defineErrors } from '#base'

/** What goes wrong when a core is asked to keep a primary's events. */
export const CONSENT_ERRORS = defineErrors({
  'consent.newer': { sentence: 'this core knows of term {term}', status: 409 },
  'consent.taking': { sentence: 'this core is about to take the lease', status: 409 },
  'consent.invalid': { sentence: 'that is no feed of events', status: 400 },
})
