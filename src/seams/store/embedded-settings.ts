/** Settings given on the command line at each start, so that they are always those of this release. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 bytes, which a data folder's easily exceeds; loopback has no such limit.
  unix_socket_directories: '',
  // A dozen for each process of one machine.
  max_connections: '50',
  shared_buffers: '64MB',
  // An acknowledged event survives a power cut.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '512MB',
  // Plans are short here; compiling them costs more than it saves, and parallel ones need /dev/shm, small in containers.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  // A process that hangs in a transaction must not hold the log's lock for longer.
  idle_in_transaction_session_timeout: '10s',
  client_connection_check_interval: '10s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  // The text of a failing statement may hold people's names.
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
}

/** The server's arguments for a cluster, a port and further settings (tests turn `fsync` off, say). */
export function serverArguments(cluster: string, port: number, more: Readonly<Record<string, string>> = {}): string[] {
  const settings = { ...SETTINGS, port: String(port), ...more }
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
