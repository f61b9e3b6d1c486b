import { defineErrors } from '#base'

/** Why an event could not be delivered; it is tried again. */
export const WEBHOOK_ERRORS = defineErrors({
  'webhook.address': {
    sentence:
      '{host} is {address}: no address of the internet reached over https, nor in a network of --webhook-networks',
    status: 422,
  },
  'webhook.secret': {
    sentence:
      'the file secrets/{secret} in the data folder of this machine has no secret of {charsMin} characters or more',
    status: 422,
  },
  'webhook.late': { sentence: 'no answer within {seconds} s', status: 504 },
  'webhook.answer': { sentence: 'the answer is {status}{words}', status: 502 },
})
