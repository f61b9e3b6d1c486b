export { ConversationHub, type Side } from './conversation-hub.ts'
export { type Reader, type ViewSources, viewConversation, viewOver } from './conversation-view.ts'
export { fileTypeOf } from './file-type.ts'
export { Rate } from './rate.ts'
