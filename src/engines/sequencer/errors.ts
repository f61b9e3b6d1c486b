import { defineErrors } from '#base'

/** What a sequencer's callers can meet; `busy` and `stopped` are answered with a 503, on SIP as on HTTP. */
export const SEQUENCER_ERRORS = defineErrors({
  'sequencer.busy': { sentence: '{events} events wait for the log already; try again shortly', status: 503 },
  'sequencer.too-large': { sentence: 'the commands cause more events than one append takes: {reason}', status: 413 },
  'sequencer.fenced': { sentence: 'this core is no longer the primary: term {term} is over', status: 503 },
  'sequencer.diverged': { sentence: 'the log holds other events after {after} than this core wrote', status: 500 },
  'sequencer.broken': { sentence: 'a machine failed to fold an event: {reason}', status: 500 },
  'sequencer.closed': { sentence: 'this core is stopping', status: 503 },
})
