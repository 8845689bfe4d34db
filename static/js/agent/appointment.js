// @ts-check
/** Entry of an appointment's page. */
import { CopyField } from "../components/copy-field.js";
import { Dialog } from "../components/dialog.js";
import { ErrorSummary } from "../components/error-summary.js";
import { boot } from "../lib/boot.js";
import { CopyAll } from "./copy-all.js";
import { PrintCard } from "./print-card.js";

boot({
  "copy-all": CopyAll,
  "copy-field": CopyField,
  dialog: Dialog,
  "error-summary": ErrorSummary,
  "print-card": PrintCard,
});
