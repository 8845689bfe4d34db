// @ts-check
/** Entry of the agents' pages that are forms. */
import { CopyField } from "../components/copy-field.js";
import { Dialog } from "../components/dialog.js";
import { ErrorSummary } from "../components/error-summary.js";
import { boot } from "../lib/boot.js";
import { ChannelFields } from "../agent/channel-fields.js";

boot({
  "channel-fields": ChannelFields,
  "copy-field": CopyField,
  dialog: Dialog,
  "error-summary": ErrorSummary,
});
