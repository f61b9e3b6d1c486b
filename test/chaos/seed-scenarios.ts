/** The failure scenarios of the seeds (FS rows): what they say happens, and by what it is tried here. */
export interface SeedScenario {
  readonly id: string
  readonly scenario: string
  /** The seed's own result or figure. */
  readonly seed: string
  /** A fault of the suite whose result stands for it. */
  readonly fault?: string
  /** A test elsewhere. */
  readonly test?: string
  /** What is the same and what is not, or why it is not tried. */
  readonly note?: string
}

export const SEED_SCENARIOS: readonly SeedScenario[] = [
  {
    id: 'FS-01',
    scenario: 'the only application server fails',
    seed: 'incoming calls stop; call details lost',
    fault: '1',
  },
  {
    id: 'FS-02',
    scenario: 'an application server of a pool fails',
    seed: 'calls queued by it are dropped',
    fault: '1',
  },
  { id: 'FS-03', scenario: 'database server fails', seed: 'no new calls; details of current calls lost', fault: '14' },
  { id: 'FS-04', scenario: 'media and signalling server fails', seed: 'calls are disconnected', fault: '6' },
  {
    id: 'FS-05',
    scenario: 'active node of a pair fails',
    seed: 'backup takes over, typically in less than 30 s',
    fault: '1',
  },
  {
    id: 'FS-06',
    scenario: 'active node fails in the upgrade state',
    seed: 'none until somebody switches',
    test: 'test/pool/upgrade.test.ts',
    note: 'both cores of the machine of one build are killed while the other build is the backup, and the other way round: it takes over by itself, a talk, a waiting caller and new calls go on',
  },
  { id: 'FS-07', scenario: 'link between the nodes fails', seed: 'two actives or none', fault: '8' },
  { id: 'FS-08', scenario: 'operating system of the active node fails', seed: 'no interaction persisted', fault: '16' },
  { id: 'FS-09', scenario: 'telephony subsystem hangs', seed: 'found after 21 s', fault: '2' },
  {
    id: 'FS-10',
    scenario: 'backup is down',
    seed: 'unaffected',
    test: 'test/pool/upgrade.test.ts',
    note: 'calls go on and new ones are answered while both backups of the other machine are dead; when they are back they have all that happened. The death of a single one: `test/e2e/processes.test.ts`',
  },
  {
    id: 'FS-11',
    scenario: 'WAN link of a site fails',
    seed: 'no queueing at the site',
    note: 'there are no sites yet',
  },
  {
    id: 'FS-12',
    scenario: 'whole site fails',
    seed: 'from the next inbound call on',
    test: 'test/pool/calls.test.ts',
    note: 'one of two machines with all that it runs; two places with a network of their own were not tried',
  },
  {
    id: 'FS-13',
    scenario: 'client loses the server at a switchover',
    seed: 'up to 30 s unresponsive',
    fault: '1',
    note: 'browsers of the suite resume by sequence',
  },
  {
    id: 'FS-14',
    scenario: 'host fails, all services on it',
    seed: 'minutes, all calls dropped',
    test: 'test/pool/calls.test.ts',
    note: 'one of two machines is killed whole: its own calls too are heard again from the other, in about a second; every process of the only machine: fault 16',
  },
  {
    id: 'FS-15',
    scenario: 'host fails with one service on it',
    seed: 'partial outage of minutes',
    test: 'test/e2e/kill-edge-and-media.test.ts',
    note: 'each process alone; machines of one service each were not tried',
  },
  { id: 'FS-16', scenario: 'primary queue manager fails', seed: 'calls queued at the primary lost', fault: '1' },
  {
    id: 'FS-17',
    scenario: 'all queue managers unreachable',
    seed: 'queues shown closed',
    test: 'test/e2e/processes.test.ts',
    note: 'both cores killed: calls go on, the next is served; an open page shows what was known and says so (`test/e2e/page-pool.test.ts`)',
  },
  { id: 'FS-18', scenario: 'the only queue manager fails', seed: 'console unusable', fault: '1' },
  { id: 'FS-19', scenario: 'primary data-access service fails', seed: 'client changes to the backup', fault: '14' },
  {
    id: 'FS-20',
    scenario: 'primary directory server fails',
    seed: 'no activities, no presence',
    test: 'test/pool/takeover.test.ts',
    note: 'everybody with status and reason is on the other machine, and can be changed there; no directories of others',
  },
  { id: 'FS-21', scenario: 'primary LDAP fails', seed: 'no return until restart', note: 'there is no LDAP yet' },
  {
    id: 'FS-22',
    scenario: 'attendant server with presence fails',
    seed: 'presence and line state gone',
    fault: '1',
    note: 'status as browsers see it is true within 5 s',
  },
  {
    id: 'FS-23',
    scenario: 'configuration service unreachable',
    seed: 'starts from saved settings',
    note: 'there is none: every core folds the configuration from the log and serves the pages',
  },
  {
    id: 'FS-24',
    scenario: 'no licence server',
    seed: 'console does not start',
    test: 'test/pool/http.test.ts',
    note: 'there are no licences; seats lock nobody out, with Redis away either',
  },
  { id: 'FS-25', scenario: 'media server fails (attendant)', seed: 'streams cut', fault: '6' },
  {
    id: 'FS-26',
    scenario: 'call manager or trunk fails',
    seed: 'detected after 30 s',
    test: 'test/interop/trunk.test.ts',
    note: 'a trunk that fails is passed over at the next call; asked every 30 s whether it is there',
  },
  { id: 'FS-27', scenario: 'primary SQL server fails', seed: 'data since the snapshot lost', fault: '14' },
  {
    id: 'FS-28',
    scenario: 'telephone-system link fails',
    seed: 'line state missing meanwhile',
    note: 'there is no such link',
  },
  {
    id: 'FS-29',
    scenario: 'desk phone per session on failover',
    seed: 'may not work',
    fault: '1',
    note: 'agents of the suite are desk phones',
  },
  { id: 'FS-30', scenario: 'dialler instance fails', seed: 'log-in restarts', note: 'there is no dialler yet' },
  { id: 'FS-31', scenario: 'CTI link broken', seed: 'client reset', note: 'there is no CTI link' },
  { id: 'FS-32', scenario: 'desktop-server instance fails', seed: 'client logs in elsewhere', fault: '1' },
  { id: 'FS-33', scenario: 'session-start web server fails', seed: 'running sessions unaffected', fault: '1' },
  {
    id: 'FS-34',
    scenario: "primary data centre's cluster fails",
    seed: 'second site idle until then',
    test: 'test/pool/calls.test.ts',
    note: 'no machine is idle; as FS-12',
  },
  { id: 'FS-35', scenario: 'UC server fails', seed: 'its users have no service until it is back', fault: '1' },
  { id: 'FS-36', scenario: 'UC media server fails', seed: 'active calls interrupted', fault: '6' },
  {
    id: 'FS-37',
    scenario: 'chat and journal database fails',
    seed: 'downtime not recorded',
    fault: '14',
    note: 'a chat goes on meanwhile: `test/e2e/store-outage.test.ts`',
  },
  {
    id: 'FS-38',
    scenario: 'user database fails',
    seed: 'no new log-in',
    test: 'test/pool/outage.test.ts',
    note: 'people log in with the secrets that each core read last, for four days; changes of people are taken, a new password alone is refused with its reason',
  },
  {
    id: 'FS-39',
    scenario: 'configuration database fails',
    seed: 'changes of the downtime lost',
    test: 'test/e2e/store-outage.test.ts',
    note: 'a change is taken while the database hangs, and is there afterwards',
  },
  { id: 'FS-40', scenario: 'volatile store fails', seed: 'cross-server functions stop', fault: '13' },
  {
    id: 'FS-41',
    scenario: 'UC server at its load limit',
    seed: 'manual',
    test: 'test/pool/takeover.test.ts',
    note: 'a machine joins while the pool runs, and takes half of the legs as calls end and others come by both edges',
  },
  {
    id: 'FS-42',
    scenario: 'media server at its load limit',
    seed: 'spread calls by hand',
    test: 'test/takeover/peer-faults.test.ts',
    note: 'the process with the most room is taken; one that nears its limit is shown',
  },
  { id: 'FS-43', scenario: 'peak above the planned concurrency', seed: 'rapidly becomes unpredictable', fault: '23' },
]
