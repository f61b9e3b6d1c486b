/** A row: for each input, the next state and what to do. An input without a cell is dropped and counted. */
export type Table<State extends string, Input extends string, Action extends string> = Readonly<
  Partial<Record<State, Readonly<Partial<Record<Input, readonly [State, ...Action[]]>>>>>
>

/** The states of client transactions; an INVITE begins in calling, any other request in trying. */
export type ClientState = 'calling' | 'trying' | 'proceeding' | 'accepted' | 'completed' | 'terminated'
export type ClientTimer = 'A' | 'B' | 'D' | 'E' | 'F' | 'K' | 'M'
export type ClientInput = '1xx' | '2xx' | '300-699' | `timer ${ClientTimer}` | 'transport error'
export type ClientAction = 'resend' | 'send ACK' | 'pass up' | 'report timeout' | 'report transport error'
export type ClientTable = Table<ClientState, ClientInput, ClientAction>

/** RFC 3261 17.1.1.2, figure 5, as amended by RFC 6026 8.4. */
export const INVITE_CLIENT: ClientTable = {
  calling: {
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['accepted', 'pass up'],
    '300-699': ['completed', 'send ACK', 'pass up'],
    'timer A': ['calling', 'resend'],
    'timer B': ['terminated', 'report timeout'],
    'transport error': ['terminated', 'report transport error'],
  },
  proceeding: {
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['accepted', 'pass up'],
    '300-699': ['completed', 'send ACK', 'pass up'],
  },
  accepted: {
    '2xx': ['accepted', 'pass up'],
    'timer M': ['terminated'],
  },
  completed: {
    '300-699': ['completed', 'send ACK'],
    'timer D': ['terminated'],
    'transport error': ['terminated', 'report transport error'],
  },
}

/** RFC 3261 17.1.2.2, figure 6. */
export const NON_INVITE_CLIENT: ClientTable = {
  trying: {
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['completed', 'pass up'],
    '300-699': ['completed', 'pass up'],
    'timer E': ['trying', 'resend'],
    'timer F': ['terminated', 'report timeout'],
    'transport error': ['terminated', 'report transport error'],
  },
  proceeding: {
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['completed', 'pass up'],
    '300-699': ['completed', 'pass up'],
    'timer E': ['proceeding', 'resend'],
    'timer F': ['terminated', 'report timeout'],
    'transport error': ['terminated', 'report transport error'],
  },
  completed: {
    'timer K': ['terminated'],
  },
}

/** The timers that run in a state: entering it starts those that do not run yet and stops all others. */
export const INVITE_CLIENT_TIMERS: Readonly<Partial<Record<ClientState, readonly ClientTimer[]>>> = {
  calling: ['A', 'B'],
  accepted: ['M'],
  completed: ['D'],
}

export const NON_INVITE_CLIENT_TIMERS: Readonly<Partial<Record<ClientState, readonly ClientTimer[]>>> = {
  trying: ['E', 'F'],
  proceeding: ['E', 'F'],
  completed: ['K'],
}

/** The states of server transactions; an INVITE begins in proceeding, any other request in trying. */
export type ServerState = 'trying' | 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated'
export type ServerTimer = 'G' | 'H' | 'I' | 'J' | 'L'
export type ServerInput =
  | 'request'
  | 'ACK'
  | 'send 1xx'
  | 'send 2xx'
  | 'send 300-699'
  | `timer ${ServerTimer}`
  | 'transport error'
export type ServerAction = 'send' | 'resend' | 'pass up' | 'report timeout' | 'report transport error'
export type ServerTable = Table<ServerState, ServerInput, ServerAction>

/**
 * RFC 3261 17.2.1, figure 7, as amended by RFC 6026 8.5 and 8.7: a transport error is reported and the state stays, and a
 * 2xx does not end the transaction but moves it to accepted, where repeated INVITEs are swallowed and ACKs passed up.
 */
export const INVITE_SERVER: ServerTable = {
  proceeding: {
    request: ['proceeding', 'resend'],
    'send 1xx': ['proceeding', 'send'],
    'send 2xx': ['accepted', 'send'],
    'send 300-699': ['completed', 'send'],
    'transport error': ['proceeding', 'report transport error'],
  },
  accepted: {
    request: ['accepted'],
    ACK: ['accepted', 'pass up'],
    'send 2xx': ['accepted', 'send'],
    'timer L': ['terminated'],
    'transport error': ['accepted', 'report transport error'],
  },
  completed: {
    request: ['completed', 'resend'],
    ACK: ['confirmed'],
    'timer G': ['completed', 'resend'],
    'timer H': ['terminated', 'report timeout'],
    'transport error': ['completed', 'report transport error'],
  },
  confirmed: {
    ACK: ['confirmed'],
    'timer I': ['terminated'],
  },
}

/** RFC 3261 17.2.2, figure 8, with the transport error of RFC 6026 8.7. */
export const NON_INVITE_SERVER: ServerTable = {
  trying: {
    request: ['trying'],
    'send 1xx': ['proceeding', 'send'],
    'send 2xx': ['completed', 'send'],
    'send 300-699': ['completed', 'send'],
  },
  proceeding: {
    request: ['proceeding', 'resend'],
    'send 1xx': ['proceeding', 'send'],
    'send 2xx': ['completed', 'send'],
    'send 300-699': ['completed', 'send'],
    'transport error': ['proceeding', 'report transport error'],
  },
  completed: {
    request: ['completed', 'resend'],
    'timer J': ['terminated'],
    'transport error': ['completed', 'report transport error'],
  },
}

export const INVITE_SERVER_TIMERS: Readonly<Partial<Record<ServerState, readonly ServerTimer[]>>> = {
  accepted: ['L'],
  completed: ['G', 'H'],
  confirmed: ['I'],
}

export const NON_INVITE_SERVER_TIMERS: Readonly<Partial<Record<ServerState, readonly ServerTimer[]>>> = {
  completed: ['J'],
}
