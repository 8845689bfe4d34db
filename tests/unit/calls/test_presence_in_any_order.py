"""The invariants of presence hold in any order of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy.orm import Session

from kiosk.appointments import booking
from kiosk.appointments.model import Channel, Status
from kiosk.assist import helping
from kiosk.calls import admission, connections, ending, participants, plane_events
from kiosk.calls import store as calls
from kiosk.calls.gate import Gate
from kiosk.calls.model import CameBy, Participant, Presence, Refusal, RoomState, Seat
from kiosk.calls.presence import MAY_ENTER
from kiosk.errors import KioskError
from kiosk.houses.model import Agent, Membership, Role
from kiosk.storage.database import writing
from kiosk.visits import progress
from kiosk.visits import store as visits
from kiosk.visits.model import Visit
from tests.builders import cast, databases
from tests.builders.remembering_engine import RememberingEngine

NOON = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)
HARMLESS = {
    "booking.in_the_past",
    "booking.not_open",
    "gate.cancelled",
    "gate.closed",
    "gate.renewed",
    "gate.too_early",
    "lobby.already_in_call",
    "lobby.already_left",
    "lobby.locked",
    "lobby.not_admitted",
}
"""What a person may be answered; anything else is a fault."""


class AnyOrder(RuleBasedStateMachine):
    """Two citizens and two agents of one appointment, with the media plane beside them.

    ``admitted_by_an_agent`` is this test's own account of whom an agent let in and nobody put out
    since; the invariants compare it, the database and the plane.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.plane = RememberingEngine()
        self.gate = Gate.with_secret("a secret long enough for the tests of presence")
        self.database = databases.in_memory()
        self.session = Session(self.database)
        house = cast.sainte_foy(self.session)
        # Nobody signs in here: a real digest would only cost time.
        lea, karim = (
            Agent(
                login=login,
                name=login,
                password_digest="-",
                memberships=[Membership(house=house, role=Role.AGENT)],
            )
            for login in ("lea", "karim")
        )
        with writing(self.session):
            self.session.add_all([lea, karim])
        self.agents = [lea.id, karim.id]
        # Held here: rules ask again and again, and looking up by id would read the row each time.
        self.appointment = cast.booked(
            self.session,
            self.gate.keys,
            lea,
            starts_at=NOON + timedelta(minutes=20),
            channel=Channel.PAPER,
            now=NOON,
        )
        self.room = self.appointment.room
        self.room_id, self.house_id = self.room.id, self.room.house_id
        self.admitted_by_an_agent: set[int] = set()
        self._everybody: list[Participant] | None = None

    def teardown(self) -> None:
        self.session.close()
        self.database.dispose()

    @property
    def everybody(self) -> list[Participant]:
        # Each rule asks. Rows are read afresh after every commit; only arrivals add to the list.
        if self._everybody is None:
            self._everybody = list(calls.participants(self.session, self.room_id))
        return self._everybody

    def _citizen(self, which: int) -> Visit:
        found = self._citizens()
        return self._visit(found[which % len(found)])

    def _citizens(self) -> list[Participant]:
        return [one for one in self.everybody if one.seat != Seat.AGENT]

    def _visit(self, citizen: Participant) -> Visit:
        visit = visits.of_participant(self.session, citizen.id)
        assert visit is not None
        return visit

    def _anybody(self, which: int) -> Participant:
        return self.everybody[which % len(self.everybody)]

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except KioskError as error:
            if error.code not in HARMLESS:
                raise
            self.session.rollback()
            return False
        return True

    def _write(self, act: Callable[[], object]) -> bool:
        def written() -> None:
            with writing(self.session):
                act()

        return self._try(written)

    people = precondition(lambda self: bool(self.everybody))
    citizens = precondition(lambda self: bool(self._citizens()))
    which = st.integers(0, 3)

    @rule(minutes=st.sampled_from([1, 5, 30]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: len(self._citizens()) < 2)
    @rule()
    def a_citizen_arrives(self) -> None:
        if admission.closed_because(self.room, self.now) is not None:
            return
        self._everybody = None
        with writing(self.session):
            room = self.room
            # The second one says that they are another person.
            seat = Seat.COMPANION if self._citizens() else Seat.CITIZEN
            citizen = participants.arrive(
                self.session, room, language="fr", now=self.now, seat=seat
            )
            progress.begin(self.session, citizen, now=self.now)

    @rule(which=st.integers(0, 1))
    def an_agent_opens_the_call(self, which: int) -> None:
        def sit() -> None:
            seat = participants.take_seat(
                self.session,
                self.room,
                agent_id=self.agents[which],
                name="Léa",
                now=self.now,
            )
            self.admitted_by_an_agent.add(seat.id)

        self._write(sit)
        self._everybody = None

    @citizens
    @rule(which=which)
    def a_citizen_knocks(self, which: int) -> None:
        citizen = self._citizen(which).participant

        def knock() -> None:
            admission.check_still_valid(citizen, self.now)
            admission.knock(self.session, citizen, now=self.now)

        self._write(knock)

    @citizens
    @rule(which=which)
    def an_agent_admits(self, which: int) -> None:
        visit = self._citizen(which)
        who = visit.participant_id
        locked = self.appointment.room.locked_since is not None
        was_inside = admission.is_admitted(visit.participant)
        if self._write(
            lambda: helping.let_in(self.session, visit, agent_id=self.agents[0], now=self.now)
        ):
            assert was_inside or not locked
            self.admitted_by_an_agent.add(who)

    @rule(locked=st.booleans())
    def an_agent_locks_or_unlocks_the_room(self, locked: bool) -> None:
        room, agent = self.appointment.room, self.agents[0]
        if locked:
            self._write(lambda: helping.lock_room(self.session, room, agent_id=agent, now=self.now))
        else:
            self._write(
                lambda: helping.unlock_room(self.session, room, agent_id=agent, now=self.now)
            )

    @citizens
    @rule(which=which, reason=st.sampled_from(Refusal))
    def an_agent_refuses(self, which: int, reason: Refusal) -> None:
        visit, agent = self._citizen(which), self.agents[0]
        who = visit.participant_id
        if self._try(
            lambda: helping.turn_away(
                self.session, self.plane, visit, reason, agent_id=agent, now=self.now
            )
        ):
            self.admitted_by_an_agent.discard(who)

    @citizens
    @rule(which=which)
    def an_agent_removes(self, which: int) -> None:
        visit, agent = self._citizen(which), self.agents[0]
        self.admitted_by_an_agent.discard(visit.participant_id)
        helping.remove(self.session, self.plane, visit, agent_id=agent, now=self.now)

    @rule()
    def an_agent_ends_the_call_for_all(self) -> None:
        helping.end_call(self.session, self.plane, self.room, agent_id=self.agents[0], now=self.now)
        self.admitted_by_an_agent.clear()

    @people
    @rule(
        which=which,
        ahead=st.booleans(),
        again=st.booleans(),
        meanwhile=st.sampled_from(["", "removed", "renewed", "cancelled"]),
    )
    def somebody_opens_a_connection(
        self, which: int, ahead: bool, again: bool, meanwhile: str
    ) -> None:
        who = self._anybody(which)
        former = (who.peer or "") if again else ""

        def happens() -> None:
            self.plane.while_joining = lambda: None
            if meanwhile == "renewed":
                self.the_credentials_are_renewed()
            elif meanwhile == "cancelled":
                self.the_appointment_ends(how="cancel", sure=0)
            elif meanwhile and who.seat != Seat.AGENT:
                helping.remove(
                    self.session,
                    self.plane,
                    self._visit(who),
                    agent_id=self.agents[0],
                    now=self.now,
                )
                self.admitted_by_an_agent.discard(who.id)

        self.plane.while_joining = happens
        self._try(
            lambda: connections.open_call(
                self.session, self.plane, who, former=former, ahead=ahead, now=self.now
            )
        )
        self.plane.while_joining = lambda: None

    @people
    @rule(which=which)
    def somebody_tests_their_network(self, which: int) -> None:
        self._try(lambda: connections.open_echo(self.session, self.plane, self._anybody(which)))

    @people
    @rule(which=which, report=st.sampled_from(["connected", "away", "closed", "left", "replaced"]))
    def the_plane_reports(self, which: int, report: str) -> None:
        who = self._anybody(which)
        if who.peer is None:
            return
        peer = who.peer
        with writing(self.session):
            if report == "connected":
                plane_events.connected(self.session, peer, now=self.now)
            elif report == "away":
                plane_events.away(self.session, peer, now=self.now)
            else:
                plane_events.gone(self.session, peer, report, now=self.now)
        if report in ("closed", "left"):
            self.plane.peers.pop(peer, None)
        if report == "left":
            self.admitted_by_an_agent.discard(who.id)

    @people
    @rule(which=which)
    def somebody_hangs_up(self, which: int) -> None:
        who = self._anybody(which)
        self.admitted_by_an_agent.discard(who.id)
        ending.hang_up(self.session, self.plane, who, peer=who.peer or "", now=self.now)

    @citizens
    @rule(which=which)
    def a_citizen_ends_the_visit(self, which: int) -> None:
        who = self._citizen(which).participant
        self.admitted_by_an_agent.discard(who.id)
        ending.leave_visit(self.session, self.plane, who, now=self.now)

    @citizens
    @rule(which=which)
    def a_citizen_comes_back(self, which: int) -> None:
        citizen = self._citizen(which).participant
        self._write(lambda: participants.return_to_path(self.session, citizen, now=self.now))

    @citizens
    @rule(which=which)
    def a_citizen_goes_on_in_another_browser(self, which: int) -> None:
        visit = self._citizen(which)
        before = visit.participant.seat_moves
        self.admitted_by_an_agent.discard(visit.participant_id)
        helping.move_here(self.session, self.plane, visit, CameBy.LINK, now=self.now)
        assert visit.participant.seat_moves == before + 1
        assert not admission.is_admitted(visit.participant)

    @rule(which=st.integers(0, 1))
    def an_account_is_closed(self, which: int) -> None:
        with ending.ending(self.session, self.plane) as ended:
            ending.end_calls_of_agent(
                self.session,
                self.agents[which],
                ended,
                house_id=self.house_id,
                now=self.now,
            )
        for one in self.everybody:
            if one.agent_id == self.agents[which]:
                self.admitted_by_an_agent.discard(one.id)

    @rule(minutes=st.sampled_from([-20, 15, 24 * 60]))
    def the_appointment_is_moved(self, minutes: int) -> None:
        starts_at = self.now + timedelta(minutes=minutes)
        moved = self._try(
            lambda: booking.move(
                self.session,
                self.plane,
                self.appointment,
                starts_at=starts_at,
                duration_min=30,
                now=self.now,
            )
        )
        if moved and minutes > 30:
            self.admitted_by_an_agent.clear()

    @rule()
    def the_credentials_are_renewed(self) -> None:
        booking.renew_credentials(
            self.session, self.plane, self.gate.keys, self.appointment, now=self.now
        )
        agents = {one.id for one in self.everybody if one.seat == Seat.AGENT}
        self.admitted_by_an_agent &= agents

    @rule(how=st.sampled_from(["cancel", "attended", "no_show"]), sure=st.integers(0, 4))
    def the_appointment_ends(self, how: str, sure: int) -> None:
        if sure:  # one time in five, or nothing else would ever happen
            return
        if how == "cancel":
            self._try(
                lambda: booking.cancel(self.session, self.plane, self.appointment, now=self.now)
            )
        else:
            status = Status(how)
            self._try(
                lambda: booking.close(
                    self.session, self.plane, self.appointment, status, now=self.now
                )
            )
        self.admitted_by_an_agent.clear()

    @invariant()
    def nobody_is_inside_unseen(self) -> None:
        for one in self.everybody:
            if one.presence in MAY_ENTER:
                assert one.id in self.admitted_by_an_agent

    @invariant()
    def only_somebody_admitted_has_a_connection_to_the_call(self) -> None:
        room = str(self.room_id)
        may_enter = {one.id for one in self.everybody if one.presence in MAY_ENTER}
        known = {one.peer for one in self.everybody}
        for peer, (where, who, _) in self.plane.peers.items():
            if where == room:
                assert int(who) in may_enter
                assert peer in known
        assert all(one.peer is None for one in self.everybody if one.presence not in MAY_ENTER)

    @invariant()
    def everybody_in_the_call_is_connected(self) -> None:
        for one in self.everybody:
            if one.presence == Presence.IN_CALL:
                assert one.peer in self.plane.peers

    @invariant()
    def an_ended_room_is_empty(self) -> None:
        if self.room.state == RoomState.OPEN:
            return
        inside = MAY_ENTER | {Presence.WAITING}
        assert not [one for one in self.everybody if one.presence in inside]

    @invariant()
    def a_refusal_is_written_exactly_for_those_refused(self) -> None:
        for one in self.everybody:
            assert (one.refusal is not None) == (one.presence == Presence.REFUSED)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
