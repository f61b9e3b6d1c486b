export { type BindingRequest, readBindingRequest, writeBindingRequest, writeBindingResponse } from './stun.ts'
