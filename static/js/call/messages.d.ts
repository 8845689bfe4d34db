// Written from kiosk/media/messages.py by `make typedefs`; do not edit.
// docs/signaling.md says who sends what, when.

/** One slot of a browser: its two m-lines, by mid, and who is in it (None: nobody). */
export interface SlotEntry {
  audio: string;
  video: string;
  participant: string | null;
}

/** Who is in which slot, and whose screen is shared (None: nobody's). */
export interface Layout {
  type: "layout";
  slots: SlotEntry[];
  screen: string | null;
}

/** The media state another participant reported. */
export interface PeerMedia {
  type: "media";
  participant: string;
  audio: boolean;
  video: boolean;
  hand: boolean;
  pictures?: boolean;
}

/** Who is speaking now, the receiver included. */
export interface Speaking {
  type: "speaking";
  participants: string[];
}

/** An offer made while the call goes on: more m-lines or new SSRCs. */
export interface LaterOffer {
  type: "offer";
  sdp: string;
  generation: number;
}

/** The sizes of the receiver's own picture that somebody watches. */
export interface Layers {
  type: "layers";
  send: ("h" | "m" | "l")[];
}

/** The plane ends this connection. */
export interface Bye {
  type: "bye";
  reason: "left" | "removed" | "refused" | "ended" | "closed" | "consent_expired" | "failed" | "lapsed" | "room_closed" | "replaced";
}

/** The last message was refused. */
export interface ChannelError {
  type: "error";
  code: "media.bad_message" | "media.too_fast" | "media.screen_taken" | "media.no_pictures";
}

/** Enter the call with a connection that was made ahead (prejoin). */
export interface Enter {
  type: "enter";
}

/** What this browser sends now: microphone, camera; whether a hand is raised. */
export interface MediaState {
  type: "media";
  audio: boolean;
  video: boolean;
  hand?: boolean;
}

/** Begin or end sharing the screen. */
export interface Share {
  type: "share";
  on: boolean;
}

/** The answer to the `LaterOffer` of that generation. */
export interface LaterAnswer {
  type: "answer";
  sdp: string;
  generation: number;
}

/** Ask for an offer; ``peer`` names the page's connection whose path is cut. */
export interface OfferRequest {
  peer?: string;
  ahead?: boolean;
}

/** A relay, as ``RTCConfiguration.iceServers`` takes it. */
export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
}

/** The plane's offer: for a new peer, or for another path of the same one. */
export interface OfferAnswer {
  peer: string;
  sdp: string;
  generation: number;
  slots: SlotEntry[];
  ice_servers: IceServer[];
}

/** The browser's answer to the offer of that generation. */
export interface AnswerRequest {
  peer: string;
  sdp: string;
  generation?: number;
}

/** End a connection; without ``peer`` whatever connection the participant has. */
export interface LeaveRequest {
  peer?: string;
}

export type PlaneMessage =
  | Layout
  | PeerMedia
  | Speaking
  | LaterOffer
  | Layers
  | Bye
  | ChannelError;

export type BrowserMessage =
  | Enter
  | MediaState
  | Share
  | LaterAnswer;
