// @ts-check
/** Entry of the agent's call page. */
import { LiveBoard } from "../assist/live-board.js";
import { Dialog } from "../components/dialog.js";
import { boot } from "../lib/boot.js";
import { CallRoom } from "../agent/call-room.js";

boot({ "call-room": CallRoom, dialog: Dialog, "live-board": LiveBoard });
