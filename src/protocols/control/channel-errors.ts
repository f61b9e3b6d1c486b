import { defineErrors } from '#base'

/** What goes wrong between a core and an edge or media process. */
export const CHANNEL_ERRORS = defineErrors({
  'channel.closed': { sentence: 'the channel to {peer} is not connected', status: 503 },
  'channel.timeout': { sentence: '{peer} did not answer within {timeoutMs} ms', status: 504 },
  'channel.busy': { sentence: '{peer} has too many requests without an answer', status: 503 },
  'channel.frame-too-large': { sentence: 'a message of {bytes} bytes is over the limit of {bytesMax}', status: 413 },
  'channel.frame-invalid': { sentence: 'the peer sent a frame that is not of this protocol', status: 400 },
  'channel.unauthenticated': { sentence: 'the peer does not know the secret of the pool', status: 401 },
  'channel.fenced': { sentence: 'term {term} is over: term {highest} is at work', status: 409 },
  'channel.replaced': { sentence: 'the same core has connected anew', status: 409 },
  'channel.silent': { sentence: 'the peer sent nothing for {silentMs} ms', status: 504 },
  'channel.slow': { sentence: 'the peer does not read: {bytes} bytes wait', status: 503 },
  'channel.unhandled': { sentence: 'the peer answers no requests', status: 501 },
  'channel.peer-failed': { sentence: 'the peer failed while it worked on the request', status: 500 },
  'channel.listen-failed': { sentence: 'cannot listen on {host}:{port}: {reason}', status: 500 },
})
