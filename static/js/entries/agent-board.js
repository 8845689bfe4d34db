// @ts-check
/** Entry of the page of the day. */
import { LiveBoard } from "../assist/live-board.js";
import { boot } from "../lib/boot.js";

boot({ "live-board": LiveBoard });
