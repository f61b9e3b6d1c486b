import { defineErrors } from '#base'

/** What goes wrong between two cores, beyond what the channel itself tells. */
export const LINK_ERRORS = defineErrors({
  'link.unknown-peer': { sentence: 'no core {peer} is known here', status: 404 },
  'link.down': { sentence: 'no connection to the core {peer} stands', status: 503 },
  'link.unhandled': { sentence: 'this core answers no {type}', status: 501 },
  'link.invalid': { sentence: 'the core said something that is no message between cores', status: 400 },
})
