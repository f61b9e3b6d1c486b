export { PARTS_OUT_MAX as TEXT_PARTS_MAX, textParts } from '#kernel/sms'
