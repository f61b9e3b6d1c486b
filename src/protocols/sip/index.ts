export type { CallControl, CallEnd, CallHandlers, CallState } from './agent/agent-context.ts'
export { AGENT_METHODS, Call } from './agent/call.ts'
export { IncomingCall } from './agent/incoming-call.ts'
export { type CallInput, OutgoingCall } from './agent/outgoing-call.ts'
export { openUserAgent, UserAgent, type UserAgentOptions } from './agent/user-agent.ts'
export { DIGEST_ALGORITHMS, type DigestAlgorithm, digestHa1 } from './auth/digest.ts'
export { answerChallenges, answerDigest, type DigestChallenges, type DigestCredentials } from './auth/digest-client.ts'
export {
  checkDigest,
  type DigestClaim,
  type DigestRole,
  type DigestSecrets,
  type DigestVerdict,
  digestChallenge,
  digestClaim,
} from './auth/digest-server.ts'
export { checkNonce, makeNonce, NONCE_LIFETIME_MS, NonceCounter, type NonceState } from './auth/nonce.ts'
export {
  confirmUacDialog,
  confirmUasDialog,
  createUacDialog,
  createUasDialog,
  type Dialog,
  dialogKey,
  dialogKeyOf,
  jumpCseq,
  nextCseq,
  receiveInDialog,
  refreshTarget,
} from './dialog/dialog.ts'
export { createAck, createDialogRequest, type DialogRequestInput, nextHop } from './dialog/dialog-request.ts'
export {
  createRequest,
  type HeaderInput,
  newBranch,
  newCallId,
  newTag,
  type RequestInput,
  type ResponseInput,
  responseTo,
} from './message/build.ts'
export {
  checkForEndpoint,
  checkForProxy,
  checkRequest,
  checkResponse,
  classify,
  type EndpointAbilities,
  type Verdict,
} from './message/check.ts'
export { SIP_ERRORS, type SipFault } from './message/errors.ts'
export { quote, splitList, unquote, utf8Text } from './message/grammar.ts'
export { type HeaderKey, headerKey } from './message/header-names.ts'
export { MESSAGE_LIMITS } from './message/limits.ts'
export {
  type AnySipMessage,
  type CSeq,
  type HeaderField,
  SipMessage,
  SipRequest,
  SipResponse,
} from './message/message.ts'
export { formatNameAddr, type NameAddr, parseNameAddr } from './message/name-addr.ts'
export { formatParams, type Params, param, parseParams, withParam } from './message/params.ts'
export { type ParseResult, parseMessage } from './message/parse.ts'
export { reasonOf } from './message/status.ts'
export {
  bareHost,
  bracketed,
  escapeUser,
  formatUri,
  parseHostPort,
  parseUri,
  type SipUri,
  sameUri,
  schemeOf,
  unescapeUri,
} from './message/uri.ts'
export { BRANCH_COOKIE, formatVia, parseVia, stampVia, type Via } from './message/via.ts'
export { type ClientHandlers, ClientTransaction } from './transaction/client-transaction.ts'
export { createCancel, createNon2xxAck } from './transaction/requests.ts'
export { ServerTransaction } from './transaction/server-transaction.ts'
export type { ClientState, ServerState } from './transaction/tables.ts'
export { DEFAULT_TIMERS, type TimerValues } from './transaction/timers.ts'
export type { Failure } from './transaction/transaction-context.ts'
export {
  type MessageSender,
  type TransactionCounts,
  type TransactionHandlers,
  TransactionLayer,
  type TransactionOptions,
} from './transaction/transaction-layer.ts'
export { CONNECTION_LIMITS, type ConnectionLimits } from './transport/connection.ts'
export { defaultPort, replyTarget, responseTarget, transportName, uriTarget } from './transport/routing.ts'
export { type Frame, StreamFramer } from './transport/stream-framer.ts'
export {
  plainAddress,
  type Receiver,
  type Target,
  type Transport,
  type TransportCounts,
  type TransportName,
} from './transport/transport.ts'
export { type MessageHandler, TransportLayer, type TransportLayerOptions } from './transport/transport-layer.ts'
export { openTcp, TCP_LIMITS, type TcpLimits, type TcpOptions, TcpTransport } from './transport/transport-tcp.ts'
export { openTls, type TlsCredentials, type TlsOptions, TlsTransport } from './transport/transport-tls.ts'
export { openUdp, type UdpOptions, UdpTransport } from './transport/transport-udp.ts'
export { openWs, WS_LIMITS, type WsEnd, type WsLimits, type WsOptions, WsTransport } from './transport/transport-ws.ts'
