/** What is said around a conversation in writing. */
export const conversation = {
  conversation: {
    title: 'Conversation',
    lines: 'What was written',
    customer: 'Customer',
    write: 'Write to the customer',
    send: 'Send',
    responses: 'Responses',
    attach: 'Attach a file',
    types: 'The customer is writing …',
    offline: 'Connection lost. What you write is kept and sent as soon as it is back.',
    sending: 'is being sent',
    unsent: 'not sent',
    seen: 'Seen',
    refused: 'This cannot be shown: {{problem}}',
    fileFailed: 'The file was not sent: {{problem}}',
    queued: 'Waits in the queue',
    joined: '{{name}} has joined',
    left: '{{name}} has left',
    transferred: '{{name}} has handed it on',
    ended: 'The conversation has ended',
  },
}
