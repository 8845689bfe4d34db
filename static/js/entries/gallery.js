// @ts-check
/** Entry of the developers' gallery: every behaviour at once. */
import { CodeInput } from "../components/code-input.js";
import { CopyField } from "../components/copy-field.js";
import { Dialog } from "../components/dialog.js";
import { boot } from "../lib/boot.js";

boot({ "code-input": CodeInput, "copy-field": CopyField, dialog: Dialog });
