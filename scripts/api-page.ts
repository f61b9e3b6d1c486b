/** What of an OpenAPI document the page needs. */
export interface ApiDescription {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
}

interface ApiOperation {
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: BodySchema }>> }
}

interface BodySchema {
  readonly properties?: object
  readonly anyOf?: readonly BodySchema[]
  readonly oneOf?: readonly BodySchema[]
}

interface Group {
  readonly title: string
  /** The first word of its paths. */
  readonly word: string
  /** Others that belong with it. */
  readonly besides?: readonly string[]
  readonly example: string
}

const SUPERVISOR = '-H "authorization: Bearer $TOKEN"'
const ADMIN = '-H "authorization: Bearer $ADMIN"'

/** In an order in which the examples can be run: each may use what those above it found. */
const GROUPS: readonly Group[] = [
  {
    title: 'Sessions',
    word: 'sessions',
    example: `API=http://127.0.0.1:8080/api/v1
log_in() {
  curl -sS $API/sessions -H 'content-type: application/json' -d "{\\"user\\":\\"$1\\",\\"password\\":\\"demo-$1\\"}" |
    node -pe 'JSON.parse(fs.readFileSync(0)).token'
}
TOKEN=$(log_in supervisor)
ADMIN=$(log_in admin)
curl -fsS $API/sessions/current ${SUPERVISOR}`,
  },
  {
    title: 'Interactions',
    word: 'interactions',
    example: `curl -fsS $API/interactions ${SUPERVISOR} -H 'content-type: application/json' \\
  -d '{"type":"callback","number":"+4930555","queue":"sales"}' > made.json
INTERACTION=$(node -p 'JSON.parse(fs.readFileSync("made.json")).id')
curl -fsS "$API/interactions?state=open&queue=sales&limit=10" ${SUPERVISOR}
curl -fsS $API/interactions/$INTERACTION ${SUPERVISOR}
curl -fsS -X POST $API/interactions/$INTERACTION/end ${SUPERVISOR}`,
  },
  {
    title: 'Chats',
    word: 'chats',
    example: `# A visitor's side, without a log-in: ../guides/chat-with-visitors.md says more.
curl -fsS $API/chats -H 'content-type: application/json' \\
  -d '{"key":"00112233445566778899aabbccddeeff","queue":"support","name":"Ada"}' > chat.json
CHAT=$(node -p 'JSON.parse(fs.readFileSync("chat.json")).id')
VISITOR=$(node -p 'JSON.parse(fs.readFileSync("chat.json")).token')
curl -fsS $API/chats/$CHAT/messages -H "authorization: Bearer $VISITOR" -H 'content-type: application/json' \\
  -d '{"id":"my-first-line","text":"Good morning"}'
curl -fsS -X POST $API/chats/$CHAT/end -H "authorization: Bearer $VISITOR"`,
  },
  {
    title: 'Documents',
    word: 'documents',
    example: `# For a work item that names it: ../guides/work-items.md makes one.
curl -fsS "$API/documents?name=letter.txt" ${SUPERVISOR} -H 'content-type: application/octet-stream' -d 'Dear all'`,
  },
  {
    title: 'Text messages',
    word: 'texts',
    example: `# A provider of yours posts here, signed: ../guides/text-messages.md says how. Here nobody has such an account:
curl -sS $API/texts/nobody -X POST -d '{}' | grep '"status":404'`,
  },
  {
    title: 'Rooms of colleagues',
    word: 'rooms',
    example: `# One colleague and no name is the room of you two, which there is once.
curl -fsS $API/rooms ${SUPERVISOR} -H 'content-type: application/json' -d '{"with":["agent1"]}' > room.json
ROOM=$(node -p 'JSON.parse(fs.readFileSync("room.json")).id')
curl -fsS $API/rooms/$ROOM/lines ${SUPERVISOR} -H 'content-type: application/json' \\
  -d '{"id":"my-first-line","text":"Can you take the next one?"}'
curl -fsS "$API/rooms/$ROOM/lines?contains=next" ${SUPERVISOR}`,
  },
  {
    title: 'Voice messages',
    word: 'voice-messages',
    besides: ['mailboxes'],
    example: `# Call 1000 and press 4 to leave one. Its sound is a recording with the same id.
curl -fsS $API/mailboxes ${SUPERVISOR}
curl -fsS "$API/voice-messages?mailbox=support&limit=10" ${SUPERVISOR}`,
  },
  {
    title: 'Alerts',
    word: 'alerts',
    example: `curl -fsS $API/alerts ${SUPERVISOR}
curl -fsS "$API/alerts/history?limit=10" ${SUPERVISOR}`,
  },
  {
    title: 'Callbacks',
    word: 'callbacks',
    example: `curl -fsS $API/callbacks -H 'content-type: application/json' \\
  -d '{"key":"11112222333344445555666677778888","queue":"support","number":"+4930123456"}' > callback.json
CALLBACK=$(node -p 'JSON.parse(fs.readFileSync("callback.json")).id')
VISITOR=$(node -p 'JSON.parse(fs.readFileSync("callback.json")).token')
curl -fsS $API/callbacks/$CALLBACK -H "authorization: Bearer $VISITOR"
curl -fsS -X POST $API/callbacks/$CALLBACK/cancel -H "authorization: Bearer $VISITOR"`,
  },
  {
    title: 'Parked calls',
    word: 'parked',
    besides: ['pick-up'],
    example: `curl -fsS $API/parked ${SUPERVISOR}`,
  },
  {
    title: 'Browser phones',
    word: 'softphone',
    besides: ['visitor-phone'],
    example: `curl -fsS -X POST $API/softphone ${SUPERVISOR}
curl -fsS $API/visitor-phone`,
  },
  {
    title: 'Desks',
    word: 'desk',
    besides: ['directory'],
    example: `curl -fsS $API/desk ${SUPERVISOR}
curl -fsS "$API/directory?search=age" ${SUPERVISOR}`,
  },
  { title: 'Thresholds', word: 'thresholds', example: `curl -fsS $API/thresholds ${SUPERVISOR}` },
  { title: 'Queues', word: 'queues', example: `curl -fsS $API/queues/support/live ${SUPERVISOR}` },
  {
    title: 'Agents',
    word: 'agents',
    example: `curl -fsS $API/agents/agent9/status ${SUPERVISOR} -H 'content-type: application/json' \\
  -d '{"status":"not-ready","reason":"lunch"}'
curl -fsS $API/agents/agent9/live ${SUPERVISOR}`,
  },
  { title: 'Webhooks', word: 'webhooks', example: `curl -fsS $API/webhooks ${ADMIN}` },
  { title: 'Cluster', word: 'cluster', example: `curl -fsS $API/cluster ${SUPERVISOR}` },
  { title: 'Drills', word: 'drills', example: `curl -fsS $API/drills ${ADMIN}` },
  {
    title: 'Recordings',
    word: 'recordings',
    example: `# The id stands in \`recordings\` of an interaction: ../guides/read-a-call.md fetches one. Here nobody has it:
curl -sS $API/recordings/nobody-has-this ${SUPERVISOR} | grep '"status":404'`,
  },
  {
    title: 'Reports',
    word: 'reports',
    example: `curl -fsS "$API/reports/queues?from=2026-01-01T00:00:00Z&to=2026-01-01T08:00:00Z&interval=3600" ${SUPERVISOR}`,
  },
  {
    title: 'Extracts',
    word: 'extracts',
    example: `curl -fsS "$API/extracts/contacts.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z" ${SUPERVISOR}`,
  },
  { title: 'Figures', word: 'figures', example: `curl -fsS $API/figures ${SUPERVISOR}` },
  {
    title: 'What if',
    word: 'what-if',
    example: `# ../guides/try-a-change.md replays a day of calls. Here it has no calls yet:
curl -sS $API/what-if ${SUPERVISOR} -H 'content-type: application/json' \\
  -d '{"from":"2026-01-01T08:00:00Z","to":"2026-01-01T18:00:00Z"}' > answer.json`,
  },
  {
    title: 'Seats',
    word: 'seats',
    example: `curl -fsS $API/seats ${SUPERVISOR}
curl -fsS "$API/seats/peaks?from=2026-01-01&to=2026-01-31" ${SUPERVISOR}`,
  },
  {
    title: 'Users',
    word: 'users',
    example: `curl -fsS -X PUT $API/users/ada ${ADMIN} -H 'content-type: application/json' \\
  -d '{"displayName":"Ada","extension":"4001","skills":{"support":90},"password":"a word of hers"}'
curl -fsS $API/users/ada ${ADMIN}`,
  },
  {
    title: 'Configuration',
    word: 'configuration',
    example: `curl -fsS -X PUT $API/configuration/flows/goodbye ${ADMIN} -H 'content-type: application/json' \\
  -d '{"start":"say","steps":{"say":{"type":"play","prompts":["goodbye"],"next":"end"},"end":{"type":"hang-up"}}}'
curl -fsS $API/configuration ${ADMIN} > configuration.json`,
  },
  {
    title: 'Prompts',
    word: 'prompts',
    besides: ['sounds'],
    example: `curl -fsS $API/prompts/greeting/audio ${ADMIN} > greeting.wav
curl -fsS $API/sounds ${ADMIN} -H 'content-type: audio/wav' --data-binary @greeting.wav > sound.json
curl -fsS -X PUT $API/configuration/prompts/welcome ${ADMIN} -H 'content-type: application/json' -d @sound.json
curl -fsS $API/prompts ${ADMIN} > prompts.json`,
  },
]

/** The page `docs/reference/api.md`: each path of the description with what it takes, and an example for each group that a test runs. */
export function apiPage(api: ApiDescription): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const groups = GROUPS.flatMap((group) => {
    const { title, word, besides = [], example } = group
    // In the order of the group's words: which of two plug-ins is ready first is chance.
    const own = [word, ...besides].flatMap((one) => operations.filter(({ path }) => firstWordOf(path) === one))
    const rows = own.map(({ path, method, operation }) =>
      `| \`${method}\` | \`${path.replace('/api/v1', '')}\` | ${operation.summary ?? ''} | ${takes(operation)} |`.replace(
        '|  |',
        '| |',
      ),
    )
    const table = ['| | path | what | takes |', '| --- | --- | --- | --- |', ...rows]
    return [`## ${title}`, '', ...table, '', '```sh', example, '```', '']
  })
  return `${[...HEAD, ...groups].join('\n').trimEnd()}\n`
}

/** Paths that stand in no group; a test wants none. */
export function pathsWithoutGroup(api: ApiDescription): string[] {
  return Object.keys(api.paths).filter((path) => !GROUPS.some((group) => isOf(group, path)))
}

function isOf({ word, besides = [] }: Group, path: string): boolean {
  return [word, ...besides].includes(firstWordOf(path))
}

function firstWordOf(path: string): string {
  return path.split('/')[3] ?? ''
}

const HEAD = [
  '# API',
  '',
  'What `/api/v1/openapi.json` of a running system says, on one page. Written by `npm run reference` from the routes; a test holds it',
  'against a running system and runs the examples, which are for the demo centre.',
  '',
  'Bodies are JSON. `POST /sessions` gives a token for twelve hours; it goes with every other request as `authorization: Bearer …`. What does not',
  'work is answered with a problem document (RFC 9457) whose `errors` name the place; [errors.md](errors.md) lists them. Moments are RFC 3339 in UTC, durations',
  'milliseconds. Whoever overwrites configuration says which version they saw, in `if-match` or `basedOn`. A backup answers reads, and refuses',
  'writes with 503 and the address of the primary.',
  '',
  'Beside it: `/health` (200 while this core can serve a browser), `/health/primary` (200 on the primary alone), `/metrics` for Prometheus, and `/ws`,',
  'over which pages get what changes: the first message is `{"type":"resume","token":…,"topics":["queues","agents","interactions"]}`, with the',
  '`sequence` seen last when one comes back. A core that is cut off closes with 4504 instead of showing less than was seen: connect to another, or again.',
  '',
]

function takes({ parameters = [], requestBody }: ApiOperation): string {
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => `?${name}`)
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema
  return [...query, ...new Set(schema ? fieldsOf(schema) : [])].map((name) => `\`${name}\``).join(', ')
}

/** The fields of a body; of one that may be several things, those of all. */
function fieldsOf(schema: BodySchema): string[] {
  const others = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return [...Object.keys(schema.properties ?? {}), ...others.flatMap(fieldsOf)]
}
