// @ts-check
/** Entry of an appointment's page. */
import { CopyField } from "../components/copy-field.js";
import { Dialog } from "../components/dialog.js";
import { ErrorSummary } from "../components/error-summary.js";
import { boot } from "../lib/boot.js";
import { ChannelFields } from "../agent/channel-fields.js";
import { PrintCard } from "../agent/print-card.js";

boot({
  "channel-fields": ChannelFields,
  "copy-field": CopyField,
  dialog: Dialog,
  "error-summary": ErrorSummary,
  "print-card": PrintCard,
});
