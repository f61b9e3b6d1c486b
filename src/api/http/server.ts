import fastifyHelmet from '@fastify/helmet'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifySwagger from '@fastify/swagger'
import fastifyWebsocket from '@fastify/websocket'
import fastify from 'fastify'
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { CLIENT_MESSAGE_BYTES_MAX } from '#api/contract'
import { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import { forwardToPrimary, isForwarded } from './forward.ts'
import { HELMET } from './headers.ts'
import { Methods } from './methods.ts'
import { letPagesOfThePoolAsk } from './page-servers.ts'
import { addPages } from './pages.ts'
import type { HttpApiPorts } from './ports.ts'
import { instanceOf, problemOf, sendProblem } from './problems.ts'
import { addAlertRoutes } from './routes-alerts.ts'
import { addBlobRoutes } from './routes-blobs.ts'
import { addCallControl } from './routes-call-control.ts'
import { addCallbackRoutes } from './routes-callbacks.ts'
import { addChatRoutes } from './routes-chats.ts'
import { addClusterRoutes } from './routes-cluster.ts'
import { addConfigurationRoutes } from './routes-configuration.ts'
import { addConfigurationVersionRoutes } from './routes-configuration-versions.ts'
import { addConversationRoutes } from './routes-conversations.ts'
import { addDeskRoutes } from './routes-desk.ts'
import { addDrillRoutes } from './routes-drills.ts'
import { addExtractRoutes } from './routes-extracts.ts'
import { addInteractionActions } from './routes-interaction-actions.ts'
import { addInteractionRoutes } from './routes-interactions.ts'
import { addItemRoutes } from './routes-items.ts'
import { addLiveRoutes } from './routes-live.ts'
import { addMailboxRoutes } from './routes-mailboxes.ts'
import { addMailFrames, addMailRoutes } from './routes-mails.ts'
import { addMove } from './routes-move.ts'
import { addOperationRoutes } from './routes-operation.ts'
import { addParking } from './routes-parking.ts'
import { addRecordingRoutes } from './routes-recordings.ts'
import { addReportRoutes } from './routes-reports.ts'
import { addRoomRoutes } from './routes-rooms.ts'
import { addSeatRoutes } from './routes-seats.ts'
import { addSessionRoutes } from './routes-sessions.ts'
import { addSoftphoneRoutes } from './routes-softphone.ts'
import { addSoundRoutes } from './routes-sounds.ts'
import { addStatusRoutes } from './routes-statuses.ts'
import { addTextCalls, addTextRoutes } from './routes-texts.ts'
import { addThresholdRoutes } from './routes-thresholds.ts'
import { addUserRoutes } from './routes-users.ts'
import { addWebhookRoutes } from './routes-webhooks.ts'
import { addWhatIfRoutes } from './routes-what-if.ts'
import type { Server } from './server-type.ts'
import { zodValidator } from './validation.ts'
import { authenticate } from './who.ts'

/** A flow document of a thousand steps and a thousand users at once both fit; more is a mistake or an attack. */
const BODY_BYTES_MAX = 1024 * 1024
/** Browsers of a large centre with their sockets, and the tools beside them; each costs about 50 KB. */
const CONNECTIONS_MAX = 10_000
/** A page asks a few times a second at most; a tool that asks 200 times a second takes a core's time from calls. */
const REQUESTS_MAX = 2000
const REQUESTS_WINDOW_MS = 10_000
/** A client that takes longer to send its request holds a connection for nothing. */
const REQUEST_TIMEOUT_MS = 30_000

/** The API's description for `/api/v1/openapi.json`. */
const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Tandem',
    version: '1',
    description:
      'A contact centre that keeps answering. Errors are RFC 9457 problem documents; moments are RFC 3339 in UTC.',
  },
  components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ bearer: [] }],
}

/** The server of API, pages and WebSocket; it is not listening yet: `await server.listen({ host, port })`, and `close()` ends it. */
export async function createHttpApi(ports: HttpApiPorts): Promise<Server> {
  const server: Server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: ports.trustedProxies?.length ? [...ports.trustedProxies] : false,
    routerOptions: { maxParamLength: 200 },
    genReqId: () => crypto.randomUUID(),
  }).withTypeProvider<ZodTypeProvider>()
  server.server.maxConnections = CONNECTIONS_MAX
  server.setValidatorCompiler(zodValidator)
  server.setSerializerCompiler(serializerCompiler)
  const methods = new Methods(server)
  server.setErrorHandler((error, request, reply) =>
    sendProblem(reply, problemOf(error, instanceOf(request), ports.logger), error),
  )
  server.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0]!
    const allowed = methods.of(path)
    if (allowed.length === 0) throw API_ERRORS['api.no-such-page']({ path })
    throw API_ERRORS['api.method']({ path, method: request.method, allowed })
  })
  await server.register(fastifyHelmet, HELMET)
  await server.register(fastifyRateLimit, {
    max: REQUESTS_MAX,
    timeWindow: REQUESTS_WINDOW_MS,
    // What another core passes on was counted there.
    allowList: (request) => isForwarded(request, ports.forward),
    errorResponseBuilder: (_, { ttl }) => API_ERRORS['api.too-fast']({ seconds: Math.ceil(ttl / 1000) }),
  })
  await server.register(fastifyWebsocket, { options: { maxPayload: CLIENT_MESSAGE_BYTES_MAX } })
  await server.register(fastifySwagger, { openapi: OPENAPI, transform: jsonSchemaTransform })
  letPagesOfThePoolAsk(server, ports)
  forwardToPrimary(server, ports)
  addOperationRoutes(server, ports)
  addBlobRoutes(server, ports)
  await server.register(async (api) => addApi(api as Server, ports), { prefix: '/api/v1' })
  await addPages(server, ports)
  return server
}

function addApi(api: Server, ports: HttpApiPorts): void {
  const conversations = new Conversations(ports)
  api.addHook('onClose', async () => conversations.close())
  api.get('/openapi.json', { schema: { hide: true } as object }, async () => api.swagger())
  addSessionRoutes(api, ports)
  api.register(async (open) => addChatRoutes(open as Server, ports, conversations))
  api.register(async (open) => addCallbackRoutes(open as Server, ports))
  addSoftphoneRoutes(api, ports)
  addMailFrames(api, ports)
  addTextCalls(api, ports)
  api.register(async (inner) => {
    const guarded = inner as Server
    authenticate(guarded, ports)
    addInteractionRoutes(guarded, ports, conversations)
    addItemRoutes(guarded, ports, conversations)
    addInteractionActions(guarded, ports)
    addConversationRoutes(guarded, ports, conversations)
    addMailRoutes(guarded, ports, conversations)
    addTextRoutes(guarded, ports)
    addCallControl(guarded, ports)
    addMove(guarded, ports)
    addParking(guarded, ports)
    addLiveRoutes(guarded, ports)
    addDeskRoutes(guarded, ports)
    addThresholdRoutes(guarded, ports)
    addAlertRoutes(guarded, ports)
    addRoomRoutes(guarded, ports)
    addRecordingRoutes(guarded, ports)
    addMailboxRoutes(guarded, ports)
    addReportRoutes(guarded, ports)
    addExtractRoutes(guarded, ports)
    addStatusRoutes(guarded, ports)
    addUserRoutes(guarded, ports)
    addSeatRoutes(guarded, ports)
    addDrillRoutes(guarded, ports)
    addConfigurationRoutes(guarded, ports)
    addConfigurationVersionRoutes(guarded, ports)
    guarded.register(async (taking) => addSoundRoutes(taking as Server, ports))
    addWhatIfRoutes(guarded, ports)
    addWebhookRoutes(guarded, ports)
    addClusterRoutes(guarded, ports)
  })
}
