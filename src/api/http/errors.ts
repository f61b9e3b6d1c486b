import { defineErrors } from '#base'

/** What the API itself refuses. */
export const API_ERRORS = defineErrors({
  'api.no-visitors': {
    sentence: 'visitors may not call from this server’s page: an administrator allows it with --visitor-calls',
    status: 403,
  },
  'api.invalid': { sentence: 'the request does not fit: {problem}', status: 422 },
  'api.not-json': { sentence: 'the body is not the JSON that it says it is', status: 400 },
  'api.no-such': { sentence: 'there is no {what} "{name}"', status: 404 },
  'api.no-such-page': { sentence: 'there is nothing at {path}', status: 404 },
  'api.method': { sentence: '{path} does not know the method {method}', status: 405 },
  'api.forbidden': { sentence: 'your role does not allow to {action}', status: 403 },
  'api.not-a-party': {
    sentence: 'you are no party of interaction {interaction}: say which participant is meant',
    status: 409,
  },
  'api.over': { sentence: 'interaction {interaction} is closed', status: 409 },
  'api.unfitting': { sentence: 'interaction {interaction} is {state}: this cannot be done now', status: 409 },
  'api.not-primary': { sentence: 'this core is a backup and changes nothing; the primary is {primary}', status: 503 },
  'api.no-primary': {
    sentence: 'no core is primary at this moment: nothing was changed, try again shortly',
    status: 503,
  },
  'api.outcome-unknown': {
    sentence: 'the primary died while it was asked: whether it was done is not known; look before you ask again',
    status: 504,
  },
  'api.history-away': {
    sentence: 'history cannot be read at this moment; nothing is lost, try again shortly',
    status: 503,
  },
  'api.too-fast': { sentence: 'too many requests: try again in {seconds} s', status: 429 },
  'api.based-on': {
    sentence: 'say which version you saw, as "basedOn" or "If-Match", so that no change of another is overwritten',
    status: 428,
  },
  'api.drill-unsafe': {
    sentence:
      'the drill would be felt: {reason}; nothing was killed (ask with "force" to kill the {kill} all the same)',
    status: 409,
  },
  'api.drill-runs': { sentence: 'another drill is under way: wait for its score', status: 409 },
  'api.file-type': {
    sentence: 'this file is of a kind that is not taken: send pictures, PDF, office documents or plain text',
    status: 415,
  },
  'api.no-chats': { sentence: 'the queue "{queue}" takes no chats from visitors', status: 403 },
  'api.no-callbacks': { sentence: 'visitors may not ask the queue "{queue}" to be called', status: 403 },
  'api.range': { sentence: 'the file has no such range: it has {bytes} bytes', status: 416 },
})
