/** What a chat would cost without a contact centre: an HTTP server that hands each line to whoever reads the chat, and keeps nothing. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const readers = new Map<string, ServerResponse>()

const server = createServer((request, response) => {
  const [, , , , chat = '', what] = (request.url ?? '').split('/')
  if (what === 'stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    readers.set(chat, response)
    return
  }
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (part: string) => {
    text += part
  })
  request.on('end', () => {
    readers.get(chat)?.write(`data: ${text}\n\n`)
    response.end('{}')
  })
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
