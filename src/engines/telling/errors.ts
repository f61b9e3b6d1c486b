import { defineErrors } from '#base'

/** What goes wrong when a core asks another for what follows in the log. */
export const TELLING_ERRORS = defineErrors({
  'telling.invalid': { sentence: 'that is no question for what follows in the log', status: 400 },
  'telling.not-primary': { sentence: 'this core writes no log', status: 409 },
  'telling.not-kept': {
    sentence: 'what follows event {after} is not in memory here: read it from the database',
    status: 410,
  },
  'telling.too-many': { sentence: 'more cores ask for what follows than a pool has', status: 429 },
})
