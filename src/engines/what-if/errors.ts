import { defineErrors } from '#base'

/** Why a replay is refused, or ends without a result. */
export const WHAT_IF_ERRORS = defineErrors({
  'what-if.nothing': {
    sentence: 'history has no call in a queue from {from} to {to}: there is nothing to replay',
    status: 422,
  },
  'what-if.too-many': {
    sentence: '{contacts} calls are more than the {most} that are replayed at once: ask for less time',
    status: 422,
  },
  'what-if.busy': { sentence: 'another replay is running; try again when it is over', status: 409 },
  'what-if.too-long': { sentence: 'the replay was ended after {seconds} s: ask for less time', status: 503 },
  'what-if.no-staff': { sentence: 'no mix of these groups reaches the targets; {tried} were played', status: 422 },
  'what-if.failed': { sentence: 'the replay ended without a result: {reason}', status: 500 },
})
